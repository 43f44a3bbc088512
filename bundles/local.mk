# SPDX-License-Identifier: BSD-2-Clause
# Two halves: the loader links only the first, which knows neither libarchive nor
# how to sign (needs libsodium).
noinst_LIBRARIES += libbundle.a libbundlewrite.a

libbundle_a_SOURCES = \
	bundles/bundle.h \
	bundles/canonical.c bundles/canonical.h \
	bundles/error.c bundles/error.h \
	bundles/keyfile.c bundles/keyfile.h \
	bundles/load.c \
	bundles/manifest.c bundles/manifest.h \
	bundles/manifest_check.c \
	bundles/minisig.c bundles/minisig.h \
	bundles/read.c bundles/read.h \
	bundles/sha256.c bundles/sha256.h \
	bundles/tar.c bundles/tar.h \
	bundles/verify.c bundles/verify.h

libbundlewrite_a_SOURCES = \
	bundles/gzip.c bundles/gzip.h \
	bundles/sign.c bundles/sign.h \
	bundles/tar_write.c bundles/tar_write.h \
	bundles/write.c bundles/write.h

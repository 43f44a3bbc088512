/* SPDX-License-Identifier: BSD-2-Clause */
/* verify: the same check as install makes first, and what the bundle holds. */
#include <inttypes.h>
#include <string.h>
#include "runtime/accept.h"
#include "runtime/clock.h"

static void print_key_id(const uint8_t id[8], FILE *out)
{
	for (int i = 7; i >= 0; i--) /* as minisign shows it */
		fprintf(out, "%02X", id[i]);
}

static void print_bundle(const struct bundle *bundle, FILE *out)
{
	const struct manifest *m = &bundle->manifest;
	char text[CLOCK_TEXT];

	fprintf(out, "policy   %s\nseq      %" PRIu64 "\nmode     %s\n", m->policy,
		m->seq, m->audit_only ? "audit" : "enforce");
	fprintf(out, "created  %s\n", clock_text(text, m->created, -1));
	fprintf(out, "expires  %s\n",
		m->expires ? clock_text(text, m->expires, -1) : "never");
	fprintf(out, "kernel   %u.%u or newer%s%s\n", m->kernel >> 8, m->kernel & 255,
		m->needs_lsm ? ", BPF LSM" : "", m->needs_cgroup ? ", cgroup v2" : "");
	fprintf(out, "abi      %u\ndigest   ", m->abi);
	for (size_t i = 0; i < sizeof bundle->digest; i++)
		fprintf(out, "%02x", bundle->digest[i]);
	fputs("\nsigner   ", out);
	print_key_id(bundle->signer, out);
	fputs("\nentries\n", out);
	for (size_t i = 0; i < bundle->n_entries; i++)
		fprintf(out, "  %10zu  %s\n", bundle->entries[i].len,
			bundle->entries[i].name);
	fputs("verified: signature, hashes and structure\n", out);
}

int command_verify(const struct options *options, FILE *out, struct error *err)
{
	uint8_t *bytes CLEANUP_FREE = NULL;
	struct bundle bundle;

	if (accept_bundle(options, NULL, &bytes, &bundle, err))
		return -1;
	print_bundle(&bundle, out);
	return 0;
}

# Policies to start from.
dist_doc_DATA = README.md docs/limits.md
examplesdir = $(docdir)/examples
dist_examples_DATA = \
	examples/build-agent.nbp \
	examples/demo.nbp \
	examples/egress.nbp \
	examples/web.nbp \
	examples/workstation.nbp

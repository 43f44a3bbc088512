dist_man_MANS += man/netbpfc.1 man/netbpf-load.8 man/netbpf-policy.5 man/netbpf-bundle.5

/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* The floor of every measurement: programs that do nothing, at the same hooks. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("lsm/file_open")
int empty_open(void *ctx)
{
	return 0;
}

SEC("cgroup/connect4")
int empty_connect(struct bpf_sock_addr *ctx)
{
	return 1;
}

SEC("cgroup/connect6")
int empty_connect6(struct bpf_sock_addr *ctx)
{
	return 1;
}

SEC("cgroup_skb/egress")
int empty_egress(struct __sk_buff *skb)
{
	return 1;
}

SEC("cgroup/sock_create")
int empty_socket(struct bpf_sock *sk)
{
	return 1;
}

char empty_license[] SEC("license") = "Dual BSD/GPL";

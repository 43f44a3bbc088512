/* SPDX-License-Identifier: BSD-2-Clause */
/* MPTCP's further paths: the world announces the closed address, and a worker of the
 * kernel calls it. Speaks to the path manager of the kernel by generic netlink. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <stdio.h>
#include "net.h"

struct message {
	struct nlmsghdr head;
	struct genlmsghdr generic;
	uint8_t attributes[200];
};

static void put(struct message *m, uint16_t type, const void *value, uint16_t len)
{
	struct nlattr a = { .nla_len = (uint16_t)(sizeof a + len), .nla_type = type };
	uint8_t *at = (uint8_t *)m + m->head.nlmsg_len;

	memcpy(at, &a, sizeof a);
	memcpy(at + sizeof a, value, len);
	m->head.nlmsg_len += (uint32_t)((sizeof a + len + 3) & ~3u);
}

static struct message message(uint16_t family, uint8_t command, uint8_t version)
{
	struct message m;

	memset(&m, 0, sizeof m);
	m.head.nlmsg_len = NLMSG_LENGTH(sizeof m.generic);
	m.head.nlmsg_type = family;
	m.head.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	m.generic.cmd = command;
	m.generic.version = version;
	return m;
}

/* The answer's first message into *m; 0, or the error of the kernel. */
static int ask(int s, struct message *m)
{
	struct message ack;
	ssize_t n;

	if (send(s, m, m->head.nlmsg_len, 0) < 0)
		return errno;
	n = recv(s, m, sizeof *m, 0);
	if (n > 0 && m->head.nlmsg_type != NLMSG_ERROR)
		n = recv(s, &ack, sizeof ack, 0);
	else
		ack = *m;
	return n > 0 && ack.head.nlmsg_type == NLMSG_ERROR ?
		       -((struct nlmsgerr *)NLMSG_DATA(&ack.head))->error : 0;
}

/* Number of the family "mptcp_pm", 0 if there is none. */
static uint16_t family_of(int s)
{
	struct message m = message(GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 1);
	uint8_t *at = m.attributes;

	put(&m, CTRL_ATTR_FAMILY_NAME, "mptcp_pm", 9);
	if (ask(s, &m))
		return 0;
	while (at < (uint8_t *)&m + m.head.nlmsg_len && at < m.attributes + sizeof m.attributes) {
		struct nlattr a;
		uint16_t id;

		memcpy(&a, at, sizeof a);
		memcpy(&id, at + sizeof a, sizeof id);
		if (a.nla_type == CTRL_ATTR_FAMILY_ID)
			return id;
		if (a.nla_len < sizeof a)
			break;
		at += (a.nla_len + 3) & ~3;
	}
	return 0;
}

enum { PM_ADD = 1, PM_FLUSH = 4, PM_LIMITS = 5 };

static void announce(const char *address)
{
	int s = step(socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC));
	uint16_t family = family_of(s), inet = AF_INET, len;
	struct in_addr addr = where(address, 0).v4.sin_addr;
	uint32_t many = 4, signal = 1;
	struct message limits, add;
	uint8_t nested[64];

	if (!family)
		not_here("no path manager of MPTCP");
	limits = message(family, PM_LIMITS, 1);
	put(&limits, 2, &many, 4);
	put(&limits, 3, &many, 4);
	if (ask(s, &limits))
		not_here("the path manager takes no limits");
	add = message(family, PM_ADD, 1);
	/* the nested attributes are made in a message of their own */
	struct message inner = message(0, 0, 0);
	size_t from = inner.head.nlmsg_len;

	put(&inner, 1, &inet, 2);
	put(&inner, 3, &addr, 4);
	put(&inner, 6, &signal, 4);
	len = (uint16_t)(inner.head.nlmsg_len - from);
	memcpy(nested, (uint8_t *)&inner + from, len);
	put(&add, 1 | NLA_F_NESTED, nested, len);
	ask(s, &add); /* EEXIST in the second run */
	close(s);
}

void try_mptcp_announced(void)
{
	int s = sock(AF_INET, SOCK_STREAM, IPPROTO_MPTCP);

	announce(CLOSED4);
	dial(s, OPEN4, LISTENING + 1);
	for (int i = 0; i < 8; i++) {
		tell(s);
		usleep(100000);
	}
}

/* The announced address is closed to the one who made the connection only. */
void try_mptcp_announced_subject(void)
{
	int s;

	announce(SUBJECT4);
	step(setresuid(SUBJECT_UID, SUBJECT_UID, 0));
	s = sock(AF_INET, SOCK_STREAM, IPPROTO_MPTCP);
	dial(s, OPEN4, LISTENING + 1);
	for (int i = 0; i < 8; i++) {
		tell(s);
		usleep(100000);
	}
}

/* Without the further paths that were announced in a run before. */
void try_free_older_mptcp(void)
{
	int s = sock(AF_INET, SOCK_STREAM, IPPROTO_MPTCP);
	int pm = step(socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC));
	struct message flush = message(family_of(pm), PM_FLUSH, 1);

	ask(pm, &flush);
	close(pm);
	dial(s, OLDER4, LISTENING + 1);
	await_policy();
	tell(s);
}

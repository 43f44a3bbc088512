/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two functions that Debian 13's libelf.a calls and does not contain (they are in a
 * library of elfutils that is not shipped). They set up and clear the tree behind
 * elf_getdata_rawchunk, which nothing here calls; the tree is zeroed when it is made.
 */
void eu_search_tree_init(void *tree);
void eu_search_tree_fini(void *tree, void (*free_node)(void *));

void eu_search_tree_init(void *tree)
{
	(void)tree;
}

void eu_search_tree_fini(void *tree, void (*free_node)(void *))
{
	(void)tree;
	(void)free_node;
}

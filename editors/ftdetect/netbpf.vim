" SPDX-License-Identifier: BSD-2-Clause
au BufRead,BufNewFile *.nbp setfiletype netbpf

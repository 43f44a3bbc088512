# named in a subfolder's file, and in circles
include "../includes.nbp"
include "deeper/more.nbp"
net nets = { 192.0.2.0/24, 2001:db8::/32 }
deny connect to nets as from-nets

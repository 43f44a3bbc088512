policy many { seq 1 }
subject s1 = uid 1
scope s1 { default deny connect }
subject s2 = uid 2
scope s2 { default deny connect }
subject s3 = uid 3
scope s3 { default deny connect }
subject s4 = uid 4
scope s4 { default deny connect }
subject s5 = uid 5
scope s5 { default deny connect }
subject s6 = uid 6
scope s6 { default deny connect }
subject s7 = uid 7
scope s7 { default deny connect }
subject s8 = uid 8
scope s8 { default deny connect }
subject s9 = uid 9
scope s9 { default deny connect }
subject s10 = uid 10
scope s10 { default deny connect }
subject s11 = uid 11
scope s11 { default deny connect }
subject s12 = uid 12
scope s12 { default deny connect }
subject s13 = uid 13
scope s13 { default deny connect }
subject s14 = uid 14
scope s14 { default deny connect }
subject s15 = uid 15
scope s15 { default deny connect }
subject s16 = uid 16
scope s16 { default deny connect }
subject s17 = uid 17
scope s17 { default deny connect }
subject s18 = uid 18
scope s18 { default deny connect }
subject s19 = uid 19
scope s19 { default deny connect }
subject s20 = uid 20
scope s20 { default deny connect }
subject s21 = uid 21
scope s21 { default deny connect }
subject s22 = uid 22
scope s22 { default deny connect }
subject s23 = uid 23
scope s23 { default deny connect }
subject s24 = uid 24
scope s24 { default deny connect }
subject s25 = uid 25
scope s25 { default deny connect }
subject s26 = uid 26
scope s26 { default deny connect }
subject s27 = uid 27
scope s27 { default deny connect }
subject s28 = uid 28
scope s28 { default deny connect }
subject s29 = uid 29
scope s29 { default deny connect }
subject s30 = uid 30
scope s30 { default deny connect }
subject s31 = uid 31
scope s31 { default deny connect }
subject s32 = uid 32
scope s32 { default deny connect }
subject s33 = uid 33
scope s33 { default deny connect }

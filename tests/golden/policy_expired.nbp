policy t { seq 1 date 2026-06-02 expires 2026-06-01 }

"""What the register costs: one check, the check page under load, and certificates, with very many people on PostgreSQL.

    ./dev bench register [--quick] [--people N] [--small N] [--certificates N] [--keep DIR] [--only checks|pages|…] [--plans] [--profile]

It starts a PostgreSQL of its own, fills a database for each size, and throws both away; `--keep DIR` keeps them there and uses
them again. Rows are loaded without a wait for the disk; everything is measured with PostgreSQL as it comes, which waits for it.

`measures.py` begins; `server.py` starts the database, and a process in it for each job of `inside.py`.
"""

"""Puts very many people on the register of a copy of the demonstration, as rows and not by actions; PostgreSQL only.

Of a hundred people three only work somewhere, seven are in training, twelve wait for a certificate that may be issued, and
seventy-eight have one. Everybody has three posts and was asked about ten times. Numbers are as scattered as real ones.

Start reading in `everybody.py`.
"""

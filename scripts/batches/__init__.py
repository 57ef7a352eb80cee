"""Many jobs of one typed format: done by a pool of processes on one machine, or by Ray on many.

``jobs`` says what a job is, ``people`` draws a crowd of them, ``working`` does one, ``process`` is the child process
that it is done in, ``cluster`` the same on other machines, ``running`` hands jobs out, ``ledger`` knows which are done,
and ``report`` tells.
"""

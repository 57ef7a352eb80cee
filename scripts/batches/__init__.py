"""Many jobs of one typed format: run by a pool of processes on one machine, or by Ray on many.

``jobs`` defines a job, ``people`` samples a crowd of them, ``working`` runs one, ``process`` is the child process that
it runs in, ``cluster`` the same on other machines, ``running`` distributes jobs, ``ledger`` records which are done, and
``report`` writes the report.
"""

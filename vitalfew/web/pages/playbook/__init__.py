"""The playbook's pages: Account > Process, the Playbook, its plays."""

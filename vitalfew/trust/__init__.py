"""People, access, versions, audit, sign-in links and files: what every step leans on and none owns."""

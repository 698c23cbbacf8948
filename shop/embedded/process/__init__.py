"""Child processes: started, watched, restarted, and stopped with all their descendants."""

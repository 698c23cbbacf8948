"""Child processes: started, watched, restarted, and stopped with everything they started."""

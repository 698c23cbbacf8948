"""Who somebody is: sign-in, its limits, passwords, second factors, sessions, step-up."""

"""What a deployment needs beside the shop: nginx, alerts, the audit of dependencies."""

"""What the shop tells other systems and takes from them: events, webhooks, bulk jobs, exports, feeds."""

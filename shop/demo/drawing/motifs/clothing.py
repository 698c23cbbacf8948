MOTIFS: dict[str, str] = {}

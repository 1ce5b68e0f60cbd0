"""Evidence: what is known of an account, from which side, until when and from where; the one record later steps write to."""

"""The page of the account: who I am, what that allows, and what speaks for me elsewhere."""

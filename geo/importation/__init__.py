"""A planner's own table: read, diagnosed, compared with what is there, then put in use."""

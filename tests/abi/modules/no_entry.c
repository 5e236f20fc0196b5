/* Exports nothing at all. */
int unused_by_anybody;

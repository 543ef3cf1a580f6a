/** The columns of the table, for its head and its rows. */
export const COLUMNS =
  "grid grid-cols-[2.25rem_minmax(10rem,1fr)_minmax(8rem,12rem)_8.5rem_9rem_6.5rem] items-center gap-3 px-4 md:px-6";

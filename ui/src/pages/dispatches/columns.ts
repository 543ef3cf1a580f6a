/** The columns of the table, for its head and its rows. */
export const COLUMNS =
  "grid grid-cols-[2.25rem_minmax(10rem,1fr)_minmax(6rem,10rem)_8rem_8rem_5.5rem] items-center gap-3 px-4 md:px-6";

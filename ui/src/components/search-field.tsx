interface SearchFieldProps {
  /** For readers who do not see it. */
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  onChange(text: string): void;
}

/** The field in the head of a page or table that narrows down what is below it. */
export function SearchField({ label, placeholder, value, onChange }: SearchFieldProps) {
  return (
    <input
      type="search"
      aria-label={label}
      placeholder={placeholder}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      className="h-8 w-56 min-w-0 rounded-md max-sm:flex-1 border bg-panel px-2 placeholder:text-faint"
    />
  );
}

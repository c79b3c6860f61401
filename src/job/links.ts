/** @param self the job's own address */
export function linksOf(self: string) {
  return {
    self,
    images: `${self}/images`,
    output_csv: `${self}/output.csv`,
    events: `${self}/events`,
    cancel: `${self}/cancel`,
    retry: `${self}/retry`,
  };
}

package io.convergence.compact;

import io.convergence.raw.RawFormat;
import io.convergence.store.ObjectWriter;

/**
 * Requests to object stores (rule L7), in the kinds S3 bills.
 *
 * @param list pages of listings, of 1,000 objects each
 * @param put single puts, and begin, parts and end of uploads
 */
public record Requests(long list, long head, long get, long put) {
    private static final int PAGE = 1_000;
    /** A smaller file is read by one request, a larger one by two: its footer and the rest. */
    private static final long ONE_REQUEST = 8L << 20;

    private static final long LEDGER_GETS = 3;
    private static final long LEDGER_PUTS = 2;

    /** The sources read and listed again, the outputs written and looked at, the ledger read and one slot taken. */
    static Requests of(CompactionPlan plan) {
        if (plan.isEmpty()) {
            return new Requests(0, 0, 0, 0);
        }

        boolean again = plan.options().verification() == CompactionOptions.Verification.VERIFY_ROWS;
        long sources = 0;
        long outputs = 0;
        long outputGets = 0;
        long puts = 0;
        for (CompactionPlan.Group group : plan.groups()) {
            sources += group.files().stream().mapToLong(Requests::getsOf).sum();
            for (CompactionPlan.Output output : group.outputs()) {
                outputs++;
                outputGets += gets(output.bytes());
                puts += puts(output.bytes());
            }
        }

        long listed = (long) plan.groups().stream()
                        .mapToInt(group -> group.sources().size())
                        .sum()
                + plan.waiting().size()
                + plan.untouched().size();
        return new Requests(
                (listed + PAGE - 1) / PAGE,
                outputs,
                sources * (again ? 2 : 1) + (again ? outputGets : 0) + LEDGER_GETS,
                puts + LEDGER_PUTS);
    }

    /** A CSV file whose Parquet is too large to be held is read twice; its Parquet is taken to be as large as it is. */
    private static long getsOf(CompactionSource file) {
        boolean twice = file instanceof CompactionSource.Raw raw
                && raw.format() == RawFormat.CSV
                && file.bytes() > CsvParts.MOST_HELD;
        return gets(file.bytes()) * (twice ? 2 : 1);
    }

    private static long gets(long bytes) {
        return bytes < ONE_REQUEST ? 1 : 2;
    }

    private static long puts(long bytes) {
        long parts = (bytes + ObjectWriter.DEFAULT_PART_BYTES - 1) / ObjectWriter.DEFAULT_PART_BYTES;
        return parts <= 1 ? 1 : parts + 2;
    }

    public Requests plus(Requests other) {
        return new Requests(list + other.list, head + other.head, get + other.get, put + other.put);
    }

    @Override
    public String toString() {
        return list + " LIST, " + head + " HEAD, " + get + " GET, " + put + " PUT";
    }
}

package io.convergence.benchmarks.orders;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.apache.parquet.io.api.Binary;

/**
 * One change of an order, filled anew for each row. About 40 % are inserts of new keys, 52 % updates and 8 % deletes of old
 * ones, mostly of recent ones; a few changes share a commit time. The random source alone decides what comes.
 */
final class Order {
    private static final long FIRST_COMMIT =
            LocalDateTime.of(2024, 3, 1, 10, 0).toEpochSecond(ZoneOffset.UTC) * 1_000_000;

    /** So that commit times of one file lie before those of the next. */
    private static final long MICROS_PER_ROW = 4_000;

    private static final DateTimeFormatter COMMIT_TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT);

    private static final List<Binary> OPERATIONS = texts("I", "U", "D");
    private static final List<Binary> STATUSES = texts("O", "F", "P");
    private static final List<Binary> PRIORITIES = texts("1-URGENT", "2-HIGH", "3-MEDIUM", "4-NOT SPECIFIED", "5-LOW");
    private static final int FIRST_DAY = (int) LocalDate.of(2022, 1, 8).toEpochDay();

    private static final String[] WORDS = ("about above account across after again against amid anchor arrival autumn "
                    + "balance before below between beyond billing branch broken bundle careful carrier clearance collect "
                    + "confirm contact count courier customs damaged deliver depot despite dock during early exact express "
                    + "fragile freight friday gate gift glass goods harbour heavy hold invoice item late ledger letter "
                    + "manual market monday morning near notice office outside pallet parcel partial pending pickup "
                    + "porter prepaid quick receipt refund regular repack return route safe sample seal shelf signature "
                    + "sorted spare special storage supply sunday terms through tracking truck under urgent value vendor "
                    + "voucher warehouse weekly weight within")
            .split(" ");

    private final SplittableRandom random;
    private final StringBuilder text = new StringBuilder();
    private long row;
    private long commit;
    private int withSameCommit;

    Binary operation = Binary.EMPTY;
    Binary commitTime = Binary.EMPTY;
    long key;
    long customer;
    Binary status = Binary.EMPTY;
    long cents;
    int day;
    long updated;
    Binary priority = Binary.EMPTY;
    int clerk;
    int quantity;

    /** @param firstRow how many rows all files before have */
    Order(SplittableRandom random, long firstRow) {
        this.random = random;
        this.row = firstRow;
        this.commit = FIRST_COMMIT + firstRow * MICROS_PER_ROW;
    }

    private static List<Binary> texts(String... values) {
        return java.util.Arrays.stream(values).map(Binary::fromString).toList();
    }

    void next() {
        row++;
        if (withSameCommit-- <= 0) {
            withSameCommit = random.nextInt(5);
            commit += 1 + random.nextInt(6_000);
            commitTime = Binary.fromString(
                    LocalDateTime.ofEpochSecond(commit / 1_000_000, (int) (commit % 1_000_000 * 1_000), ZoneOffset.UTC)
                            .format(COMMIT_TIME));
        }

        int draw = random.nextInt(100);
        operation = OPERATIONS.get(draw < 40 ? 0 : draw < 92 ? 1 : 2);
        key = draw < 40 ? row : earlierKey();
        customer = 1L + random.nextInt(150_000);
        status = STATUSES.get(random.nextInt(STATUSES.size()));
        cents = 90_000 + random.nextLong(50_000_000);
        day = FIRST_DAY + random.nextInt(700);
        updated = commit - random.nextInt(3_000_000);
        priority = PRIORITIES.get(random.nextInt(PRIORITIES.size()));
        clerk = 1 + random.nextInt(1_000);
        quantity = 1 + random.nextInt(50);
    }

    /** One in four of any age, the others the likelier the younger they are. */
    private long earlierKey() {
        if (random.nextInt(4) == 0) {
            return 1 + random.nextLong(row);
        }

        double age = random.nextDouble();
        return Math.max(1, row - 1 - (long) (row * age * age * age));
    }

    /** 20 to 80 characters; drawn anew by each call. */
    Binary comment() {
        int length = 20 + random.nextInt(61);
        text.setLength(0);
        while (text.length() < length) {
            text.append(WORDS[random.nextInt(WORDS.length)]).append(' ');
        }

        return Binary.fromString(text.substring(0, length));
    }

    boolean hasComment() {
        return random.nextInt(20) != 0;
    }
}

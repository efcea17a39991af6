package io.convergence.cli;

import java.math.BigDecimal;
import java.nio.file.Path;

/**
 * The landing zone of one small table: two orders are loaded, then one is paid, one is deleted and one comes in.
 * What is left is 1 (paid) and 3 (open).
 */
final class OrdersZone {
    static final String LOAD = "public/orders/LOAD00000001.parquet";
    static final String FIRST_CHANGES = "public/orders/20260301-100000000.parquet";
    static final String LAST_CHANGES = "public/orders/20260301-100500000.parquet";

    /** What the files' own columns are. */
    static final Object[] COLUMNS = {"--timestamp-column", "dms_timestamp", "--sequence-column", "dms_seq"};

    static final String OWN_COLUMNS = "optional binary dms_timestamp (UTF8); optional int64 id;"
            + "optional binary state (UTF8); optional fixed_len_byte_array(6) amount (DECIMAL(12,2));";
    static final String CHANGE_COLUMNS = "optional binary Op (UTF8); optional binary dms_seq (UTF8);" + OWN_COLUMNS;

    private OrdersZone() {}

    static Path in(Path folder) {
        load().writeTo(folder.resolve(LOAD));
        firstChanges().writeTo(folder.resolve(FIRST_CHANGES));
        lastChanges().writeTo(folder.resolve(LAST_CHANGES));
        return folder;
    }

    static DmsFile load() {
        return DmsFile.of(OWN_COLUMNS)
                .row("2026-03-01 09:00:00.000001", 1L, "open", amount("10.00"))
                .row("2026-03-01 09:00:00.000002", 2L, "open", amount("-20.50"));
    }

    static DmsFile firstChanges() {
        return DmsFile.of(CHANGE_COLUMNS)
                .row("U", sequence("59500", 1), "2026-03-01 09:59:50.000000", 1L, "paid", amount("10.00"))
                .row("D", sequence("59510", 2), "2026-03-01 09:59:51.000000", 2L, null, null);
    }

    static DmsFile lastChanges() {
        return DmsFile.of(CHANGE_COLUMNS)
                .row("I", sequence("59520", 3), "2026-03-01 09:59:52.000000", 3L, "open", amount("30.00"));
    }

    static Object[] with(Object... arguments) {
        var all = new Object[arguments.length + COLUMNS.length];
        System.arraycopy(arguments, 0, all, 0, arguments.length);
        System.arraycopy(COLUMNS, 0, all, arguments.length, COLUMNS.length);
        return all;
    }

    static BigDecimal amount(String text) {
        return new BigDecimal(text);
    }

    /** @param time minutes, seconds and tenth of a second after 9 o'clock */
    private static String sequence(String time, int counter) {
        return "2026030109" + time.substring(0, 4) + "0" + time.charAt(4) + String.format("%019d", counter);
    }
}

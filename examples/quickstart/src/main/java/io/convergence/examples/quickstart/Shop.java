package io.convergence.examples.quickstart;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.function.LongConsumer;
import javax.sql.DataSource;

/** A small shop in PostgreSQL: three tables with the types that make replication hard. */
final class Shop {
    static final int CUSTOMERS = 12_000;
    static final int ORDERS = 60_000;
    static final int LINES_PER_ORDER = 3;
    static final int TABLES = 3;

    /**
     * Columns to watch: {@code biography} is wide and NOT NULL, stored out of line and uncompressed, so an update that
     * leaves it alone does not log it; {@code nickname} and {@code voucher} are short and nullable, so their nulls are real.
     */
    private static final List<String> SCHEMA = List.of(
            "CREATE TYPE order_status AS ENUM ('new', 'paid', 'shipped', 'returned')",
            """
            CREATE TABLE customers (
                customer_id  bigint PRIMARY KEY,
                external_id  uuid NOT NULL,
                name         varchar(80) NOT NULL,
                nickname     varchar(6),
                vip          boolean NOT NULL,
                birthday     date,
                credit       numeric(12,2) NOT NULL,
                preferences  json,
                avatar       bytea,
                biography    text NOT NULL,
                created_at   timestamptz NOT NULL,
                seen_at      timestamp)""",
            "ALTER TABLE customers ALTER COLUMN biography SET STORAGE EXTERNAL",
            """
            CREATE TABLE orders (
                order_id     bigint PRIMARY KEY,
                customer_id  bigint NOT NULL,
                status       order_status NOT NULL,
                ordered_on   date NOT NULL,
                paid_at      timestamptz,
                voucher      varchar(5),
                total        numeric(14,2) NOT NULL)""",
            """
            CREATE TABLE order_lines (
                order_id     bigint NOT NULL,
                line_no      int NOT NULL,
                product      text NOT NULL,
                quantity     int NOT NULL,
                unit_price   numeric(10,4) NOT NULL,
                discount     real,
                weight       double precision,
                PRIMARY KEY (order_id, line_no))""");

    private static final List<String> ROWS = List.of("""
            INSERT INTO customers
            SELECT i, md5('c' || i)::uuid, 'Customer ' || i || CASE i %% 7 WHEN 0 THEN ' Žofie, "Grün" 漢字' ELSE '' END,
                   CASE WHEN i %% 3 = 0 THEN NULL ELSE 'n' || i %% 9999 END, i %% 5 = 0,
                   CASE WHEN i %% 4 = 0 THEN NULL ELSE date '1950-01-01' + i %% 20000 END, (i * 37 %% 1000000) / 100.0 - 1000,
                   CASE WHEN i %% 6 = 0 THEN NULL ELSE json_build_object('lang', 'x' || i %% 11, 'tags', json_build_array(i, i + 1)) END,
                   CASE WHEN i %% 8 = 0 THEN NULL ELSE decode(md5('a' || i), 'hex') END,
                   (SELECT string_agg(md5(i || '-' || k), '') FROM generate_series(1, 70) k),
                   timestamptz '2020-01-01 00:00:00+02' + i * interval '1.234567 seconds',
                   CASE WHEN i %% 2 = 0 THEN NULL ELSE timestamp '2021-03-28 01:59:59.999999' + i * interval '61 seconds' END
            FROM generate_series(1, %1$d) i""", """
            INSERT INTO orders
            SELECT i, 1 + i %% %1$d, (ARRAY['new', 'paid', 'shipped', 'returned'])[1 + i %% 4]::order_status, date '2024-01-01' + i %% 700,
                   CASE WHEN i %% 4 = 0 THEN NULL ELSE timestamptz '2024-01-01 12:00:00+00' + i * interval '17 seconds' END,
                   CASE WHEN i %% 9 = 0 THEN 'V' || i %% 1000 END, (i * 7919 %% 100000000) / 100.0
            FROM generate_series(1, %2$d) i""", """
            INSERT INTO order_lines
            SELECT i, n, 'Product ' || (i * n) %% 5000, 1 + (i + n) %% 9, ((i * 31 + n) %% 10000000) / 10000.0,
                   CASE WHEN (i + n) %% 5 = 0 THEN (i %% 100) / 7.0 END, CASE WHEN n %% 2 = 0 THEN i / 3.0 END
            FROM generate_series(1, %2$d) i, generate_series(1, %3$d) n""");

    private Shop() {}

    /** Creates and fills the tables. @param filled is given the number of rows whenever a table is filled */
    static void open(DataSource database, LongConsumer filled) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            for (String ddl : SCHEMA) {
                statement.execute(ddl);
            }
            for (String rows : ROWS) {
                filled.accept(statement.executeUpdate(rows.formatted(CUSTOMERS, ORDERS, LINES_PER_ORDER)));
            }
        }
    }

    static int rows() {
        return CUSTOMERS + ORDERS + ORDERS * LINES_PER_ORDER;
    }
}

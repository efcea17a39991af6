package io.convergence.examples.quickstart;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;

/** What customers do while the tables are being loaded: the changes that break naive merges, from a seed. */
final class Workload implements Runnable {
    /** One kind of transaction each. */
    enum Step {
        INSERT_ORDER("orders inserted"),
        UPDATE_CUSTOMER("customers updated, biography untouched"),
        REWRITE_BIOGRAPHY("biographies rewritten"),
        CLEAR_SHORT_COLUMNS("short columns set to NULL"),
        DELETE_LINES("orders' lines deleted"),
        DELETE_AND_REINSERT("orders deleted and inserted again"),
        MANY_CHANGES_OF_ONE_KEY("transactions that change one key many times"),
        ROLLBACK("transactions rolled back"),
        CHANGE_KEY("customer keys changed");

        private final String description;

        Step(String description) {
            this.description = description;
        }

        String description() {
            return description;
        }
    }

    private static final long NEW_KEYS = 10_000_000L;

    static final String ADD_COLUMN = "ALTER TABLE orders ADD COLUMN gift_note varchar(5)";

    private final DataSource database;
    private final Runnable addedColumn;
    private final Random random;
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final AtomicLong transactions = new AtomicLong();
    private final Map<Step, Long> counts = new EnumMap<>(Step.class);
    private long nextOrder = NEW_KEYS;
    private long nextCustomer = NEW_KEYS;
    private boolean columnAdded;
    private volatile boolean columnWanted;
    private volatile @org.jspecify.annotations.Nullable SQLException failure;

    /** @param addedColumn is called when {@link #ADD_COLUMN} is committed */
    Workload(DataSource database, long seed, Runnable addedColumn) {
        this.database = database;
        this.addedColumn = addedColumn;
        this.random = new Random(seed);
    }

    void stop() {
        stopped.set(true);
    }

    long transactions() {
        return transactions.get();
    }

    /** How often each step ran; read it after the workload's thread has ended. */
    Map<Step, Long> counts() {
        return counts;
    }

    void rethrowFailure() throws SQLException {
        SQLException thrown = failure;
        if (thrown != null) {
            throw thrown;
        }
    }

    @Override
    public void run() {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            while (!stopped.get()) {
                if (columnWanted && !columnAdded) {
                    statement.execute(ADD_COLUMN);
                    connection.commit();
                    columnAdded = true;
                    addedColumn.run();
                }
                Step step = Step.values()[random.nextInt(Step.values().length)];
                step(step, statement);
                if (step == Step.ROLLBACK) {
                    connection.rollback();
                } else {
                    connection.commit();
                }
                counts.merge(step, 1L, Long::sum);
                transactions.incrementAndGet();
            }
        } catch (SQLException e) {
            failure = e;
        }
    }

    /** Has {@code orders} get a column more between two transactions; it is null in all rows there are. */
    void addColumn() {
        columnWanted = true;
    }

    private void step(Step step, Statement statement) throws SQLException {
        long customer = 1 + random.nextInt(Shop.CUSTOMERS);
        long order = 1 + random.nextInt(Shop.ORDERS);
        switch (step) {
            case INSERT_ORDER -> insertOrder(statement, nextOrder++, customer);
            case UPDATE_CUSTOMER ->
                statement.execute("UPDATE customers SET credit = credit + " + random.nextInt(1000)
                        + " / 8.0, vip = NOT vip, seen_at = clock_timestamp() AT TIME ZONE 'UTC' WHERE customer_id BETWEEN "
                        + customer + " AND "
                        + (customer + 2));
            case REWRITE_BIOGRAPHY ->
                statement.execute("UPDATE customers SET biography = repeat(md5('" + random.nextLong()
                        + "'), 75) WHERE customer_id = " + customer);
            case CLEAR_SHORT_COLUMNS -> {
                statement.execute(
                        "UPDATE customers SET nickname = NULL, birthday = NULL WHERE customer_id = " + customer);
                statement.execute("UPDATE orders SET voucher = NULL, paid_at = NULL"
                        + (columnAdded ? ", gift_note = 'g" + order % 1000 + "'" : "") + " WHERE order_id BETWEEN "
                        + order + " AND " + (order + 4));
            }
            case DELETE_LINES -> statement.execute("DELETE FROM order_lines WHERE order_id = " + order);
            case DELETE_AND_REINSERT -> {
                statement.execute("DELETE FROM orders WHERE order_id = " + order);
                insertOrder(statement, order, customer);
            }
            case MANY_CHANGES_OF_ONE_KEY -> {
                insertOrder(statement, nextOrder, customer);
                statement.execute("UPDATE orders SET status = 'paid', paid_at = now() WHERE order_id = " + nextOrder);
                statement.execute("DELETE FROM orders WHERE order_id = " + nextOrder);
                insertOrder(statement, nextOrder, customer);
                statement.execute("UPDATE orders SET voucher = 'LAST' WHERE order_id = " + nextOrder);
                nextOrder++;
            }
            case ROLLBACK -> {
                statement.execute("UPDATE orders SET total = -1 WHERE customer_id = " + customer);
                statement.execute("DELETE FROM customers WHERE customer_id = " + customer);
            }
            case CHANGE_KEY ->
                statement.execute(
                        "UPDATE customers SET customer_id = " + nextCustomer++ + " WHERE customer_id = " + customer);
        }
    }

    private void insertOrder(Statement statement, long order, long customer) throws SQLException {
        statement.execute("INSERT INTO orders (order_id, customer_id, status, ordered_on, total) VALUES (" + order
                + ", " + customer + ", 'new', current_date, " + random.nextInt(100_000) + " / 100.0)");
        statement.execute("INSERT INTO order_lines SELECT " + order
                + ", coalesce(max(line_no), 0) + 1, 'Late product', 1, 9.9900, NULL, 0.1 "
                + "FROM order_lines WHERE order_id = " + order);
    }
}

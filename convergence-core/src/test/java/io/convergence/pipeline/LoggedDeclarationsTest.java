package io.convergence.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.TableId;
import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerEntry.Declared.Kind;
import io.convergence.store.InMemoryObjectStore;
import java.math.BigDecimal;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LoggedDeclarationsTest {
    private static final TableId ORDERS = TableId.of("public", "orders");

    private final Ledger ledger = Ledger.open(
            new InMemoryObjectStore(InstantSource.system()), "control", ORDERS, new Random(1), Ledger.Backoff.none());

    @Test
    void literalsBecomeValues() {
        Map<String, @Nullable Object> expected = new HashMap<>();
        expected.put("none", null);
        expected.put("flag", true);
        expected.put("whole", -12L);
        expected.put("price", new BigDecimal("1.50"));
        expected.put("text", "it's = ok");
        declare(Kind.COLUMN_DEFAULT, "none=null", "flag=true", "whole=-12", "price=1.50", "text='it's = ok'");

        assertThat(all(Declarations.of(ORDERS)).columnDefaults()).isEqualTo(expected);
    }

    @Test
    void theConfigurationWinsAndOtherKindsAreNoColumns() {
        declare(Kind.COLUMN_DEFAULT, "a=1", "b=2");
        declare(Kind.RENAMED, "x=y");
        declare(Kind.TRUNCATED, "by hand");

        Declarations all = all(Declarations.of(ORDERS).columnDefault("a", 7L));

        assertThat(all.columnDefaults()).isEqualTo(Map.of("a", 7L, "b", 2L));
        assertThat(all.renames()).isEqualTo(Map.of("x", "y"));
    }

    @Test
    void aTextThatCannotBeUnderstoodNamesItsSlot() {
        declare(Kind.COLUMN_DEFAULT, "a=yesterday");

        assertThatThrownBy(() -> all(Declarations.of(ORDERS)))
                .isInstanceOf(PipelineException.class)
                .hasMessage(
                        "Cannot understand what slot 0 of the log of table public.orders declares: 'a=yesterday': its"
                                + " value is neither null, true, false, a number nor a text in single quotes. Declare it in the"
                                + " configuration, which wins.");
        declare(Kind.RENAMED, "a");
        assertThatThrownBy(() -> all(Declarations.of(ORDERS).columnDefault("a", 1L)))
                .hasMessageContaining("slot 1")
                .hasMessageContaining("it is not NAME=WHAT");
    }

    private Declarations all(Declarations configured) {
        return LoggedDeclarations.with(configured, ledger.snapshot());
    }

    private void declare(Kind kind, String... texts) {
        for (String text : texts) {
            long base = ledger.snapshot().slot();
            ledger.commit(new LedgerEntry.Declared(ledger.newTransaction(), base, kind, text, List.of()));
        }
    }
}

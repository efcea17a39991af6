package io.convergence.compact;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.TableId;
import io.convergence.ledger.RawSource;
import io.convergence.raw.FileEvidence;
import io.convergence.raw.RawFormat;
import io.convergence.store.ObjectStat;
import io.convergence.store.internal.ReadAhead;
import io.convergence.store.internal.ReadAheadStore;
import io.convergence.store.internal.pages.PlainValues;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.apache.parquet.schema.PrimitiveType;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Faults in the stitcher itself, each of which the default verification must find before anything refers to the output. */
class StitchingFaultsTest {
    private static final long SEED = Long.getLong("convergence.seed", 20_261_126L);
    private static final int MOST_SEEDS = 12;
    private static final int ROWS = 10_500;

    private static final MessageType TYPE = MessageTypeParser.parseMessageType("""
            message some {
              optional binary text_few (STRING);
              optional int64 long_few;
              optional int64 long_many;
              optional fixed_len_byte_array(7) price_many (DECIMAL(15,2));
            }""");

    enum Fault {
        AN_ID_OF_A_SOURCE_BECOMES_THAT_OF_ANOTHER_VALUE {
            @Override
            StitchingParts parts(AtomicInteger planted) {
                return dictionary(type -> new ColumnDictionary(type) {
                    @Override
                    int id(PlainValues values, int index) {
                        int id = super.id(values, index);
                        return id == 1 && planted.incrementAndGet() > 0 ? 0 : id;
                    }
                });
            }
        },
        A_VALUE_GETS_THE_ID_OF_ANOTHER {
            @Override
            StitchingParts parts(AtomicInteger planted) {
                return dictionary(type -> new ColumnDictionary(type) {
                    @Override
                    boolean ids(PlainValues values, int[] target, int from) {
                        boolean taken = super.ids(values, target, from);
                        if (taken && size() > 1 && planted.incrementAndGet() == 1) {
                            target[from] = target[from] == 0 ? 1 : 0;
                        }
                        return taken;
                    }
                });
            }
        },
        AN_ENTRY_IS_TAKEN_UP_WITH_A_WRONG_BYTE {
            @Override
            StitchingParts parts(AtomicInteger planted) {
                return dictionary(type -> new ColumnDictionary(type) {
                    @Override
                    int id(PlainValues values, int index) {
                        int before = size();
                        int id = super.id(values, index);
                        if (size() > before && planted.incrementAndGet() == 1) {
                            bytes().bytes()[end(id) - 1] ^= 2;
                        }
                        return id;
                    }
                });
            }
        },
        AN_ENTRY_CHANGES_AFTER_ITS_PAGES_WERE_MADE {
            @Override
            StitchingParts parts(AtomicInteger planted) {
                return dictionary(type -> new ColumnDictionary(type) {
                    @Override
                    boolean isAsFolded() {
                        if (planted.incrementAndGet() == 1) {
                            bytes().bytes()[end(size() - 1) - 1] ^= 2;
                        }
                        return super.isAsFolded();
                    }
                });
            }
        },
        TWO_VALUES_OF_A_PAGE_CHANGE_PLACES {
            @Override
            StitchingParts parts(AtomicInteger planted) {
                return new StitchingParts() {
                    @Override
                    public PageInMaking making(PrimitiveType type) {
                        return new PageInMaking(type) {
                            @Override
                            PlainValues plain() {
                                PlainValues plain = super.plain();
                                if (plain.width() == Long.BYTES
                                        && plain.count() > 1
                                        && plain.longAt(0) != plain.longAt(1)
                                        && planted.incrementAndGet() == 1) {
                                    for (int i = 0; i < Long.BYTES; i++) {
                                        byte first = plain.bytes()[i];
                                        plain.bytes()[i] = plain.bytes()[Long.BYTES + i];
                                        plain.bytes()[Long.BYTES + i] = first;
                                    }
                                }
                                return plain;
                            }
                        };
                    }
                };
            }
        },
        A_DECIMAL_IS_CONVERTED_TO_ANOTHER {
            @Override
            StitchingParts parts(AtomicInteger planted) {
                return new StitchingParts() {
                    @Override
                    public ValueConversion conversion(String key, ColumnDescriptor source, ColumnFeed feed) {
                        return new ValueConversion(key, source, feed) {
                            @Override
                            PlainValues convert(PlainValues values) {
                                PlainValues converted = super.convert(values);
                                if (converted.count() > 0 && planted.incrementAndGet() == 1) {
                                    converted.bytes()[converted.start()] ^= 1;
                                }
                                return converted;
                            }
                        };
                    }
                };
            }
        },
        AN_ENCODED_PAGE_IS_LOST {
            @Override
            StitchingParts parts(AtomicInteger planted) {
                return pages(planted, page -> !page.copied(), pages -> pages.remove(0));
            }
        },
        AN_ENCODED_PAGE_IS_WRITTEN_TWICE_IN_PLACE_OF_ANOTHER {
            @Override
            StitchingParts parts(AtomicInteger planted) {
                return pages(planted, page -> !page.copied(), pages -> pages.set(1, pages.get(0)));
            }
        },
        ENCODED_PAGES_CHANGE_PLACES {
            @Override
            StitchingParts parts(AtomicInteger planted) {
                return pages(planted, page -> !page.copied(), pages -> Collections.swap(pages, 0, 1));
            }
        },
        A_COPIED_PAGE_IS_LOST {
            @Override
            StitchingParts parts(AtomicInteger planted) {
                return pages(planted, StitchedPage::copied, pages -> pages.remove(0));
            }
        },
        A_COPIED_PAGE_IS_WRITTEN_TWICE {
            @Override
            StitchingParts parts(AtomicInteger planted) {
                return pages(planted, StitchedPage::copied, pages -> pages.add(1, pages.get(0)));
            }
        },
        COPIED_PAGES_CHANGE_PLACES {
            @Override
            StitchingParts parts(AtomicInteger planted) {
                return pages(planted, StitchedPage::copied, pages -> Collections.swap(pages, 0, 1));
            }
        };

        abstract StitchingParts parts(AtomicInteger planted);

        private interface Dictionaries {
            ColumnDictionary of(PrimitiveType type);
        }

        private static StitchingParts dictionary(Dictionaries dictionaries) {
            return new StitchingParts() {
                @Override
                public ColumnDictionary dictionary(PrimitiveType type) {
                    return dictionaries.of(type);
                }
            };
        }

        private interface Change {
            void of(List<StitchedPage> pages);
        }

        /** Changes the first chunk whose first two pages are of that kind. */
        private static StitchingParts pages(AtomicInteger planted, Predicate<StitchedPage> kind, Change change) {
            return new StitchingParts() {
                @Override
                public List<StitchedPage> handedOver(List<StitchedPage> pages) {
                    List<StitchedPage> changed = new ArrayList<>(pages);
                    if (pages.size() > 1
                            && kind.test(pages.get(0))
                            && kind.test(pages.get(1))
                            && planted.incrementAndGet() == 1) {
                        change.of(changed);
                    }
                    return changed;
                }
            };
        }
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    @DisplayName("S18: a fault of the stitcher is found by the default verification, and nothing refers to the output")
    void isRefusedByTheDefaultVerification(Fault fault) throws IOException {
        AtomicInteger planted = new AtomicInteger();
        for (long seed = SEED; planted.get() == 0 && seed < SEED + MOST_SEEDS; seed++) {
            var files = new RandomParquet(seed);
            CompressionCodecName codec = seed % 2 == 0 ? CompressionCodecName.GZIP : CompressionCodecName.SNAPPY;
            List<CompactionSource> sources = List.of(
                    source(files, "raw/0", codec, ROWS),
                    source(files, "raw/1", codec, ROWS),
                    source(files, "raw/2", codec, ROWS));
            TaskRun run = run(files, sources, fault.parts(planted));

            try {
                run.run();
                assertThat(planted).as("seed %d: %s was not found", seed, fault).hasValue(0);
            } catch (CompactionException e) {
                assertThat(planted.get())
                        .as("seed %d: %s", seed, e.getMessage())
                        .isPositive();
                assertThat(e).hasMessageStartingWith("Cannot commit compacted file 'out/part-00000.parquet': column");
            }
        }

        assertThat(planted.get()).as("places for %s", fault).isPositive();
    }

    @Test
    void withoutAFaultTheSameIsTaken() throws IOException {
        var files = new RandomParquet(SEED);
        List<CompactionSource> sources = List.of(
                source(files, "raw/0", CompressionCodecName.GZIP, ROWS),
                source(files, "raw/1", CompressionCodecName.SNAPPY, ROWS));

        assertThat(run(files, sources, StitchingParts.SOUND).run().rows()).isEqualTo(2 * ROWS);
    }

    private static CompactionSource source(RandomParquet files, String key, CompressionCodecName codec, int rows)
            throws IOException {
        ObjectStat stat = files.file(key, TYPE, rows, codec);
        return new CompactionSource.Raw(RawSource.of(stat, FileEvidence.ofRows(rows)), RawFormat.PARQUET);
    }

    private static TaskRun run(RandomParquet files, List<CompactionSource> sources, StitchingParts parts) {
        var task = new CompactionTask(
                TableId.of("public", "orders"), -1, 0, CompactionPlan.Kind.CDC, sources, CompactionOptions.defaults());
        var opener = new FileOpener(
                new ReadAheadStore(files.store(), List.of(), ReadAhead.none()),
                files.store(),
                task,
                new CsvConversion(files.store(), task.table(), null));
        return new TaskRun(
                task,
                opener,
                files.store(),
                "out/",
                StitchedOutput.maker(ColumnWorkers.none(), parts),
                CompactionListener.none());
    }
}

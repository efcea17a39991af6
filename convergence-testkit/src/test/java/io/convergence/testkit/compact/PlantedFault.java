package io.convergence.testkit.compact;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.parquet.column.values.rle.RunLengthBitPackingHybridDecoder;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.KeyValue;
import org.apache.parquet.format.PageLocation;
import org.apache.parquet.format.Statistics;

/**
 * A fault that a page-copying compaction could make, planted into a sound output with all else made to fit it: sizes, offsets and, where
 * not told otherwise, checksums. Each returns false if the file offers no place for it.
 */
enum PlantedFault {
    WRONG_IDS {
        @Override
        boolean plant(ParquetPages file) {
            return anyDataPage(file, (chunk, page) -> {
                Body body = Body.of(chunk, page);
                int entries = chunk.hasDictionary()
                        ? chunk.pages.get(0).header.getDictionary_page_header().getNum_values()
                        : 0;
                if (!body.hasIds() || entries < 2 || body.present() == 0) {
                    return false;
                }

                List<Integer> ids = body.ids();
                ids.set(ids.size() - 1, (ids.get(ids.size() - 1) + 1) % entries);
                int width = Integer.SIZE - Integer.numberOfLeadingZeros(Collections.max(ids));
                body.replace(body.levels, PageEncodings.ids(width, ids));
                return true;
            });
        }
    },
    MOVED_NULL {
        @Override
        boolean plant(ParquetPages file) {
            return anyDataPage(file, (chunk, page) -> {
                Body body = Body.of(chunk, page);
                int at = Collections.indexOfSubList(body.levels, List.of(0, 1));
                if (at < 0) {
                    return false;
                }

                List<Integer> levels = new ArrayList<>(body.levels);
                Collections.swap(levels, at, at + 1);
                body.replace(levels, body.values);
                return true;
            });
        }
    },
    SWAPPED_PAGES {
        @Override
        boolean plant(ParquetPages file) {
            return anyChunk(file, chunk -> {
                int first = chunk.hasDictionary() ? 1 : 0;
                if (chunk.pages.size() < first + 2
                        || chunk.pages.get(first).values()
                                != chunk.pages.get(first + 1).values()
                        || Arrays.equals(chunk.pages.get(first).body, chunk.pages.get(first + 1).body)) {
                    return false;
                }

                Collections.swap(chunk.pages, first, first + 1);
                return true;
            });
        }
    },
    WRONG_CHUNK_MINIMUM {
        @Override
        boolean plant(ParquetPages file) {
            return anyChunk(file, chunk -> {
                Statistics statistics = chunk.metadata().getStatistics();
                if (statistics == null
                        || !statistics.isSetMin_value()
                        || Arrays.equals(statistics.getMin_value(), statistics.getMax_value())) {
                    return false;
                }

                statistics.setMin_value(statistics.getMax_value());
                return true;
            });
        }
    },
    WRONG_PAGE_MAXIMUM {
        @Override
        boolean plant(ParquetPages file) {
            return anyChunk(file, chunk -> {
                if (chunk.columnIndex == null) {
                    return false;
                }
                for (int i = 0; i < chunk.columnIndex.getNull_pagesSize(); i++) {
                    ByteBuffer min = chunk.columnIndex.getMin_values().get(i);
                    if (!chunk.columnIndex.getNull_pages().get(i)
                            && !min.equals(chunk.columnIndex.getMax_values().get(i))) {
                        chunk.columnIndex.getMax_values().set(i, min);
                        return true;
                    }
                }
                return false;
            });
        }
    },
    WRONG_NULL_COUNT {
        @Override
        boolean plant(ParquetPages file) {
            return anyChunk(file, chunk -> {
                Statistics statistics = chunk.metadata().getStatistics();
                if (statistics == null || !statistics.isSetNull_count() || statistics.getNull_count() == 0) {
                    return false;
                }

                statistics.setNull_count(0);
                return true;
            });
        }
    },
    WRONG_FIRST_ROW_OF_A_PAGE {
        @Override
        boolean plant(ParquetPages file) {
            return anyChunk(file, chunk -> {
                if (chunk.offsetIndex == null || chunk.offsetIndex.getPage_locationsSize() < 2) {
                    return false;
                }

                PageLocation second = chunk.offsetIndex.getPage_locations().get(1);
                second.setFirst_row_index(second.getFirst_row_index() - 1);
                return true;
            });
        }
    },
    STALE_CHECKSUM {
        @Override
        boolean plant(ParquetPages file) {
            return anyDataPage(file, (chunk, page) -> {
                if (!page.header.isSetCrc()) {
                    return false;
                }

                page.header.setCrc(page.header.getCrc() + 1);
                return true;
            });
        }
    },
    NO_CHECKSUM {
        @Override
        boolean plant(ParquetPages file) {
            return anyDataPage(file, (chunk, page) -> {
                boolean had = page.header.isSetCrc();
                page.header.unsetCrc();
                return had;
            });
        }
    },
    CUT_LAST_PAGE {
        @Override
        boolean plant(ParquetPages file) {
            return anyChunk(file, chunk -> {
                List<ParquetPages.Page> pages = chunk.dataPages();
                ParquetPages.Page last = pages.get(pages.size() - 1);
                Body body = Body.of(chunk, last);
                if (body.levels.size() < 2 || body.levels.get(body.levels.size() - 1) == 1) {
                    return false;
                }

                body.replace(body.levels.subList(0, body.levels.size() - 1), body.values);
                return true;
            });
        }
    },
    ROW_GROUP_TWICE {
        @Override
        boolean plant(ParquetPages file) {
            if (file.groups.isEmpty()) {
                return false;
            }

            ParquetPages other = ParquetPages.parse(file.bytes());
            file.groups.add(other.groups.get(0));
            file.footer.getRow_groups().add(other.footer.getRow_groups().get(0));
            file.footer.setNum_rows(file.footer.getRow_groups().stream()
                    .mapToLong(group -> group.getNum_rows())
                    .sum());
            return true;
        }
    },
    ROW_GROUPS_SWAPPED {
        @Override
        boolean plant(ParquetPages file) {
            if (file.groups.size() < 2) {
                return false;
            }

            Collections.swap(file.groups, 0, 1);
            Collections.swap(file.footer.getRow_groups(), 0, 1);
            return true;
        }
    },
    ORIGIN_OFF_BY_ONE {
        @Override
        boolean plant(ParquetPages file) {
            // The first of two files gives a row to the second.
            return provenance(file, json -> {
                Matcher rows = Pattern.compile("\"rows\":(\\d+)").matcher(json);
                if (!rows.find() || rows.group(1).equals("0")) {
                    return json;
                }

                int first = Integer.parseInt(rows.group(1)) - 1;
                Matcher starts = Pattern.compile("\"firstRow\":(\\d+)").matcher(json);
                if (!starts.find() || !starts.find()) {
                    return json;
                }

                Matcher second = Pattern.compile("\"rows\":(\\d+)").matcher(json);
                second.find();
                second.find();
                String changed = json.substring(0, second.start()) + "\"rows\":"
                        + (Integer.parseInt(second.group(1)) + 1) + json.substring(second.end());
                changed = changed.substring(0, starts.start()) + "\"firstRow\":" + first
                        + changed.substring(starts.end());
                return changed.substring(0, rows.start()) + "\"rows\":" + first + changed.substring(rows.end());
            });
        }
    },
    COLUMN_SAID_TO_BE_ABSENT {
        @Override
        boolean plant(ParquetPages file) {
            return provenance(file, json -> json.replace("\"c0\"", "\"c0_of_another_name\""));
        }
    };

    /** Whether there was a place for it. */
    abstract boolean plant(ParquetPages file);

    /** Whether the rows of the file are as they were, and only what the footer says about their origin is wrong. */
    boolean isOfOrigins() {
        return this == ORIGIN_OFF_BY_ONE || this == COLUMN_SAID_TO_BE_ABSENT;
    }

    private interface InChunk {
        boolean plant(ParquetPages.Chunk chunk);
    }

    private interface InPage {
        boolean plant(ParquetPages.Chunk chunk, ParquetPages.Page page);
    }

    private static boolean anyChunk(ParquetPages file, InChunk fault) {
        return file.groups.stream()
                .flatMap(List::stream)
                .filter(chunk -> !chunk.dataPages().isEmpty())
                .anyMatch(fault::plant);
    }

    private static boolean anyDataPage(ParquetPages file, InPage fault) {
        return anyChunk(file, chunk -> chunk.dataPages().stream().anyMatch(page -> fault.plant(chunk, page)));
    }

    private static boolean provenance(ParquetPages file, UnaryOperator<String> change) {
        for (KeyValue entry : file.footer.getKey_value_metadata()) {
            if (entry.getKey().equals("convergence.provenance")) {
                String changed = change.apply(entry.getValue());
                boolean different = !changed.equals(entry.getValue());
                entry.setValue(changed);
                return different;
            }
        }

        return false;
    }

    /** A data page of an optional column, unpacked. */
    private static final class Body {
        private final ParquetPages.Page page;
        private final CompressionCodec codec;
        private final List<Integer> levels;
        private final byte[] values;

        private Body(ParquetPages.Page page, CompressionCodec codec, List<Integer> levels, byte[] values) {
            this.page = page;
            this.codec = codec;
            this.levels = levels;
            this.values = values;
        }

        static Body of(ParquetPages.Chunk chunk, ParquetPages.Page page) {
            CompressionCodec codec = chunk.metadata().getCodec();
            byte[] runs;
            byte[] values;
            if (page.isV2()) {
                int length = page.header.getData_page_header_v2().getDefinition_levels_byte_length();
                runs = Arrays.copyOf(page.body, length);
                byte[] stored = Arrays.copyOfRange(page.body, length, page.body.length);
                boolean compressed = page.header.getData_page_header_v2().isIs_compressed() && stored.length > 0;
                int size = page.header.getUncompressed_page_size() - length;
                values = compressed ? PageEncodings.decompress(codec, stored, size) : stored;
            } else {
                byte[] plain = PageEncodings.decompress(codec, page.body, page.header.getUncompressed_page_size());
                int length =
                        ByteBuffer.wrap(plain).order(ByteOrder.LITTLE_ENDIAN).getInt();
                runs = Arrays.copyOfRange(plain, Integer.BYTES, Integer.BYTES + length);
                values = Arrays.copyOfRange(plain, Integer.BYTES + length, plain.length);
            }
            return new Body(page, codec, numbers(1, page.values(), runs, 0), values);
        }

        boolean hasIds() {
            Encoding encoding = page.isV2()
                    ? page.header.getData_page_header_v2().getEncoding()
                    : page.header.getData_page_header().getEncoding();
            return encoding == Encoding.RLE_DICTIONARY || encoding == Encoding.PLAIN_DICTIONARY;
        }

        int present() {
            return Collections.frequency(levels, 1);
        }

        List<Integer> ids() {
            return numbers(values[0], present(), values, 1);
        }

        private static List<Integer> numbers(int width, int count, byte[] runs, int start) {
            List<Integer> numbers = new ArrayList<>();
            var decoder = new RunLengthBitPackingHybridDecoder(
                    width, new ByteArrayInputStream(runs, start, runs.length - start));
            try {
                for (int i = 0; i < count; i++) {
                    numbers.add(decoder.readInt());
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }

            return numbers;
        }

        void replace(List<Integer> newLevels, byte[] newValues) {
            byte[] runs = PageEncodings.runs(1, newLevels);
            if (page.isV2()) {
                var header = page.header.getData_page_header_v2();
                byte[] stored = header.isIs_compressed() ? PageEncodings.compress(codec, newValues) : newValues;
                byte[] body = Arrays.copyOf(runs, runs.length + stored.length);
                System.arraycopy(stored, 0, body, runs.length, stored.length);
                header.setDefinition_levels_byte_length(runs.length);
                header.setNum_values(newLevels.size());
                header.setNum_rows(newLevels.size());
                header.setNum_nulls(Collections.frequency(newLevels, 0));
                page.replaceBody(body, runs.length + newValues.length);
            } else {
                byte[] body = ByteBuffer.allocate(Integer.BYTES + runs.length + newValues.length)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(runs.length)
                        .put(runs)
                        .put(newValues)
                        .array();
                page.header.getData_page_header().setNum_values(newLevels.size());
                page.replaceBody(PageEncodings.compress(codec, body), body.length);
            }
        }
    }
}

package io.convergence.testkit.dms;

import io.convergence.raw.RawFormat;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/** The format of the files and its options. */
sealed interface FileForm {
    RawFormat format();

    RawFileWriter open(List<ParquetColumn> columns, OutputStream out) throws IOException;

    record Parquet(ParquetOptions options) implements FileForm {
        @Override
        public RawFormat format() {
            return RawFormat.PARQUET;
        }

        @Override
        public RawFileWriter open(List<ParquetColumn> columns, OutputStream out) throws IOException {
            return new DmsParquetWriter(columns, options, out);
        }
    }

    record Csv(CsvOptions options) implements FileForm {
        @Override
        public RawFormat format() {
            return options.compression() == CsvOptions.Compression.GZIP ? RawFormat.CSV_GZIP : RawFormat.CSV;
        }

        @Override
        public RawFileWriter open(List<ParquetColumn> columns, OutputStream out) throws IOException {
            return new DmsCsvWriter(columns, options, out);
        }
    }
}

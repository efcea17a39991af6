package io.convergence.examples.quickstart;

import io.convergence.DataSize;
import io.convergence.TableId;
import io.convergence.source.SourceSchema;
import io.convergence.target.ChangeRate;
import io.convergence.target.FileSizeForecast;
import io.convergence.target.InvalidConfigurationException;
import io.convergence.target.NullOnUpdate;
import io.convergence.target.ReplicationSpec;
import java.io.PrintStream;
import java.util.List;

/** The program of the how-to "From zero to a checked replication"; {@code DocumentedCodeTest} holds both to the same text. */
final class ConfigureProgram {
    private ConfigureProgram() {}

    static ReplicationSpec run(String schemaJson, PrintStream out) {
        // docs: configure
        SourceSchema schema = SourceSchema.parse(schemaJson); // or SourceSchema.fromJdbc(dataSource)
        List<ChangeRate> rates = List.of(
                ChangeRate.of(TableId.of("sales", "orders"), 900, DataSize.ofBytes(400)),
                ChangeRate.of(TableId.of("sales", "lines"), 3_000, DataSize.ofBytes(300)));

        ReplicationSpec.Builder builder = ReplicationSpec.lakeReady("my-bucket", "raw", rates)
                .sourceSchema(schema)
                .tableMappings(mappings -> mappings.include("sales", "%").exclude("sales", "tmp[_]%"))
                .lobMaxSize(DataSize.ofKilobytes(64));
        builder.validate().forEach(out::println); // what is wrong or doubtful, and what to do about it

        try {
            builder.controlPrefix("raw/control").build();
        } catch (InvalidConfigurationException e) {
            e.findings().forEach(out::println); // errors: all at once
        }

        ReplicationSpec spec = builder.controlPrefix("convergence/control")
                .nullOnUpdate(TableId.of("sales", "orders"), "note", NullOnUpdate.REFUSE)
                .build();
        out.print(FileSizeForecast.of(spec.settings(), rates).toText());

        String file = spec.toJson(); // one portable file, for the command line's --spec and for the reader
        out.println(ReplicationSpec.parse(file).equals(spec));
        ReplicationSpec.validateTogether(List.of(spec, spec)).forEach(out::println); // two tasks in one bucket
        // docs: end
        return spec;
    }
}

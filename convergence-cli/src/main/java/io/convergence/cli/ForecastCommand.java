package io.convergence.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.convergence.Severity;
import io.convergence.TableId;
import io.convergence.target.ChangeRate;
import io.convergence.target.FileForecast;
import io.convergence.target.FileSizeForecast;
import io.convergence.target.ReplicationSpec;
import io.convergence.target.S3TargetSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code forecast}: how many files of what size DMS will write. */
@Command(
        name = "forecast",
        mixinStandardHelpOptions = true,
        description = "Forecasts number and size of the files of changes, and what to set to make them larger.",
        footer = {
            "",
            "FILE holds the settings of the target, as for 'settings check', or a replication spec.",
            "Changes are taken to come evenly over the day; bursts give larger files in fewer hours.",
            "Exit code: 0 done, 1 the settings have errors, 2 wrong usage."
        })
final class ForecastCommand implements Callable<Integer> {
    @Mixin
    private CheckOptions input = new CheckOptions();

    @Option(
            names = "--rate",
            required = true,
            paramLabel = "SCHEMA.TABLE=ROWS:BYTES",
            converter = RateConverter.class,
            description = {
                "A table's changes: rows a second as an average over the day, and the size of a row in memory,",
                "e.g. public.orders=50:300B. Give it once for each table."
            })
    private List<ChangeRate> rates = new ArrayList<>();

    @Option(
            names = "--encoding-ratio",
            paramLabel = "RATIO",
            description =
                    "Size of a file divided by that of its rows in memory, measured on your own files, e.g. 0.25 (default: 1).")
    private double ratio = FileSizeForecast.UNKNOWN_ENCODING_RATIO;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (!(ratio > 0) || Double.isInfinite(ratio)) {
            throw new UsageException(
                    "Cannot forecast with --encoding-ratio " + ratio + ": it must be above 0. Write e.g. 0.25.");
        }

        Console console = Console.of(spec);
        Document document = input.document(console);
        List<S3TargetSettings> settings = new ArrayList<>();
        FindingReport report = CheckOptions.report(document, read -> {
            settings.add(settings(read));
            return List.of();
        });
        if (report.count(Severity.ERROR) > 0) {
            return report.refuse(console);
        }

        FileSizeForecast forecast = FileSizeForecast.of(settings.get(0), rates, ratio);
        if (input.json()) {
            console.line(JsonLine.object(json -> write(document.name(), forecast, json)));
        } else {
            console.text(forecast.toText());
        }

        return ExitCode.DONE;
    }

    private static S3TargetSettings settings(Document document) {
        return JsonSyntax.names(document.text()).contains("s3Settings")
                ? ReplicationSpec.parse(document.text()).settings()
                : SettingsText.parse(document);
    }

    private static void write(String name, FileSizeForecast forecast, JsonGenerator json) throws IOException {
        json.writeStringField("file", name);
        json.writeNumberField("filesPerDay", forecast.filesPerDay());
        json.writeBooleanField("compactionNeeded", forecast.compactionNeeded());
        json.writeNumberField("encodingRatio", forecast.encodingRatio());
        json.writeArrayFieldStart("files");
        for (FileForecast file : forecast.files()) {
            json.writeStartObject();
            JsonLine.texts(
                    json,
                    "tables",
                    file.tables().stream().map(TableId::toString).toList());
            json.writeStringField("cut", file.cut().name());
            json.writeNumberField("filesPerDay", file.filesPerDay());
            json.writeNumberField("rowsPerFile", file.rowsPerFile());
            json.writeNumberField("bufferedBytes", file.bufferedSize().bytes());
            json.writeNumberField("fileBytes", file.fileSize().bytes());
            json.writeBooleanField("compactionNeeded", file.compactionNeeded());
            if (file.minFileSize().isPresent()) {
                json.writeNumberField(
                        "setCdcMinFileSize", file.minFileSize().get().toKilobytes());
            }
            if (file.maxBatchInterval().isPresent()) {
                json.writeNumberField(
                        "setCdcMaxBatchInterval", file.maxBatchInterval().get().toSeconds());
            }
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}

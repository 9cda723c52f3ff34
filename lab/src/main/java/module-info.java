/** Traces, recorder, workloads, scenarios, results, and the {@code multigen} command. */
module org.multigen.lab {
    requires transitive org.multigen.engine;
    requires transitive info.picocli;
    requires com.github.luben.zstd_jni;
    requires HdrHistogram;
    requires com.github.benmanes.caffeine.simulator;
    requires typesafe.config;
    requires com.fasterxml.jackson.annotation;
    requires java.management;
    requires java.sql;
    requires me.tongfei.progressbar;
    requires org.apache.commons.compress;
    requires org.snakeyaml.engine;
    requires org.tukaani.xz;
    requires tools.jackson.databind;
    requires tools.jackson.dataformat.yaml;
    requires static transitive org.jspecify;

    exports org.multigen.lab.cli;
    exports org.multigen.lab.experiment;
    exports org.multigen.lab.failure;
    exports org.multigen.lab.trace;
    exports org.multigen.lab.trace.command;
    exports org.multigen.lab.trace.format;
    exports org.multigen.lab.replay;
    exports org.multigen.lab.report;
    exports org.multigen.lab.result;
    exports org.multigen.lab.scenario;
    exports org.multigen.lab.workload;

    opens org.multigen.lab.bench to
            info.picocli,
            tools.jackson.databind;
    opens org.multigen.lab.cli to
            info.picocli;
    opens org.multigen.lab.compare to
            info.picocli;
    opens org.multigen.lab.experiment to
            info.picocli;
    opens org.multigen.lab.heatmap to
            info.picocli;
    opens org.multigen.lab.mrc to
            info.picocli;
    opens org.multigen.lab.record to
            info.picocli;
    opens org.multigen.lab.report to
            info.picocli,
            tools.jackson.databind;
    opens org.multigen.lab.result to
            info.picocli;
    opens org.multigen.lab.sweep to
            info.picocli;
    opens org.multigen.lab.trace.command to
            info.picocli;
    opens org.multigen.lab.wss to
            info.picocli;

    uses org.multigen.lab.cli.Command;

    provides org.multigen.lab.cli.Command with
            org.multigen.lab.bench.BenchCommand,
            org.multigen.lab.compare.CompareCommand,
            org.multigen.lab.experiment.ListCommand,
            org.multigen.lab.experiment.RunCommand,
            org.multigen.lab.heatmap.HeatmapCommand,
            org.multigen.lab.mrc.MrcCommand,
            org.multigen.lab.record.RecordCommand,
            org.multigen.lab.report.ReportCommand,
            org.multigen.lab.sweep.ResultsCommand,
            org.multigen.lab.sweep.SweepCommand,
            org.multigen.lab.trace.command.TraceCommand,
            org.multigen.lab.wss.WssCommand;
}

/** Holds the engine to recorded behaviour of real kernels. */
module org.multigen.fidelity {
    requires transitive org.multigen.lab;
    requires org.multigen.testkit;
    requires tools.jackson.databind;
    requires static transitive org.jspecify;

    opens org.multigen.fidelity to
            info.picocli;
    opens org.multigen.fidelity.prove to
            info.picocli;

    provides org.multigen.lab.cli.Command with
            org.multigen.fidelity.FidelityCommand,
            org.multigen.fidelity.prove.ProveCommand;
}

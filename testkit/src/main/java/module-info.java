/** What tests share: invariants, seeded plans and slow reference models of the engine. */
module org.multigen.testkit {
    requires transitive org.multigen.engine;
    requires static transitive org.jspecify;
}

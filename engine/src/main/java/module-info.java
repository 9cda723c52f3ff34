/** The memory manager: ages and reclaims pages the way a named kernel does. */
module org.multigen.engine {
    requires jdk.jfr;
    requires static transitive org.jspecify;

    exports org.multigen.base;
    exports org.multigen.memory;
    exports org.multigen.rules;
    exports org.multigen.pagetable;
    exports org.multigen.addrspace;
    exports org.multigen.storage;
    exports org.multigen.memcg;
    exports org.multigen.guest;
    exports org.multigen.walk;
    exports org.multigen.lru;
    exports org.multigen.lru.multigen;
    exports org.multigen.lru.twolist;
    exports org.multigen.tier;
    exports org.multigen.reclaim;
    exports org.multigen.fault;
    exports org.multigen.machine;
}

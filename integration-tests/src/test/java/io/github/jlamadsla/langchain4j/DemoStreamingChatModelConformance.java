package io.github.jlamadsla.langchain4j;

import io.github.jlamadsla.DslaRuntime;

/** The same on the demo model, for those tests that any weights pass. */
class DemoStreamingChatModelConformance extends StreamingChatModelConformance {

    @Override
    DslaRuntime newRuntime() {
        return DemoRuntime.open();
    }

    @Override
    ChatEngine engine(DslaRuntime over) {
        return RuntimeChatEngine.borrowed(over);
    }
}

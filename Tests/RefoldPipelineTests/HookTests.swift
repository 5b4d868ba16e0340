import Foundation
import RefoldBytes
import Testing

@testable import RefoldPipeline

@Suite struct HookTests {
    private func hook(_ script: String, in folder: String, _ stop: StopSignal) throws -> BeforeCutoverHook {
        let path = folder + "/hook.sh"
        try ("#!/bin/sh\n" + script).write(toFile: path, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        return BeforeCutoverHook(program: path, facts: [("REFOLD_RUN", "01ABC")], stop: stop)
    }

    @Test(arguments: [
        ("exit 0\n", "passed", "agrees"), ("exit 3\n", "failed", "ended with status 3"),
        ("kill -TERM $$\n", "failed", "ended by signal 15"),
        ("test \"$REFOLD_RUN\" = 01ABC\n", "passed", "agrees"),
    ])
    func `a hook's end decides`(script: String, state: String, detail: String) async throws {
        let workshop = try Workshop()
        let result = try await hook(script, in: workshop.folder, StopSignal()).ask()
        #expect(result.state.rawValue == state)
        #expect(result.detail.hasSuffix(detail))
    }

    @Test func `a stop ends a hook that would go on, and the run is interrupted`() async throws {
        let workshop = try Workshop()
        let stop = StopSignal()
        stop.request()
        let hook = try hook("exec sleep 600\n", in: workshop.folder, stop)
        await #expect { _ = try await hook.ask() } throws: { ($0 as? PipelineError)?.kind == .interrupted }
    }

    @Test func `a cancelled run kills a hook that ignores signals`() async throws {
        let workshop = try Workshop()
        let hook = try hook("trap '' TERM\nwhile :; do :; done\n", in: workshop.folder, StopSignal())
        let task = Task { try await hook.ask() }
        task.cancel()
        await #expect { _ = try await task.value } throws: { ($0 as? PipelineError)?.kind == .interrupted }
    }
}

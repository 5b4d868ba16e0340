import Foundation
import RefoldBytes
import RefoldCommand
import RefoldPipeline
import Testing

@Suite struct OutputTests {
    private struct Damage: Failure {
        let kind = FailureKind.archiveRefused
        let code = "archive.checksum"
        let message = "frame 412 of accounts-2026-03.jsonl.zst is damaged"
        let place: String? = "compressed byte 88340211"
        let cause: String? = "the checksum differs"
        let fix: String? = "restore the segment\nthen run the same command"
    }

    @Test func `a failure says what, where, cause and fix`() {
        let report = FailureReport(Damage(), signal: nil)
        #expect(
            report.text() == """
                error: frame 412 of accounts-2026-03.jsonl.zst is damaged                 [archive.checksum]
                 where: compressed byte 88340211
                 cause: the checksum differs
                 fix:   restore the segment
                        then run the same command

                """
        )
        #expect(report.status == .archiveRefused)
        #expect(report.text(coloured: true).hasPrefix("\u{1B}[1;31merror:\u{1B}[0m frame 412"))
    }

    @Test func `a failure in JSON has the keys of the interface`() throws {
        let json = FailureReport(Damage(), signal: nil).json
        #expect(json["kind"] == "Error")
        #expect(json["code"] == "archive.checksum")
        #expect(json["exit"] == 10)
        #expect(json["where"] == "compressed byte 88340211")
        #expect(json["cause"] == "the checksum differs")
        #expect(json["fix"]?.asString?.hasPrefix("restore") == true)
    }

    @Test func `an error that no room made is a fault, a cancellation an interruption`() {
        struct Stray: Error {}
        #expect(FailureReport(Stray(), signal: nil).status == .internalFault)
        #expect(FailureReport(CancellationError(), signal: SIGINT).status == .interrupted)
        #expect(FailureReport(CancellationError(), signal: SIGTERM).status == .terminated)
    }

    @Test(arguments: [["--output=json"], ["-o", "json"], ["-ojson"], ["--output", "json"]])
    func `with JSON asked for, a failure ends stderr with one JSON line`(asked: [String]) async throws {
        let console = await Console(["runs", "--nonsense"] + asked)
        let last = try #require(console.remarks.split(separator: "\n").last)
        let json = try JSONValue(parsing: ByteString(String(last)))
        #expect(json["kind"] == "Error")
        #expect(json["exit"] == 64)
        #expect(console.status == 64)
        #expect(console.output.isEmpty)
    }

    @Test func `a result in JSON is one line with apiVersion`() async throws {
        let console = await Console(["version", "-o", "json"])
        #expect(
            console.output
                == "{\"apiVersion\":\"refold/v1\",\"kind\":\"Version\",\"version\":\"\(VersionVerb.version)\"}\n"
        )
        #expect(console.status == 0)
    }

    @Test func `a full stdout is exit 15, a closed one no failure`() async {
        let full = await Console(
            ["help"],
            stdout: MemorySink(failing: CommandError(.outputFull, "there is no room"))
        )
        #expect(full.status == 15)
        #expect(full.remarks.hasPrefix("error: there is no room"))
        let closed = await Console(["help"], stdout: MemorySink(failing: CommandError(.outputClosed, "gone")))
        #expect(closed.status == 0)
        #expect(closed.remarks.isEmpty)
    }

    @Test func `a broken stderr does not change how a command ends`() async {
        let broken = MemorySink(failing: CommandError(.outputFailed, "broken"))
        #expect(await Console(["rnu"], stderr: broken).status == 64)
        #expect(await Console(["version"], stderr: broken).status == 0)
    }

    @Test func `a descriptor without room, without reader and in pieces`() async throws {
        let full = open("/dev/full", O_WRONLY)
        defer { close(full) }
        let sink = DescriptorSink(full, keepingBack: 1000)
        try sink.write("kept back")
        let noRoom = try #require(throws: CommandError.self) { try sink.flush() }
        #expect(noRoom.reason == .outputFull)
        #expect(!sink.isTerminal)

        signal(SIGPIPE, SIG_IGN)
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        close(ends[0])
        let abandoned = try #require(throws: CommandError.self) {
            try DescriptorSink(ends[1], keepingBack: 0).write("to nobody")
        }
        close(ends[1])
        #expect(abandoned.reason == .outputClosed)

        try await withTemporaryFolder { folder in
            let path = folder.appending(path: "out").path
            let file = open(path, O_WRONLY | O_CREAT, 0o600)
            defer { close(file) }
            let sink = DescriptorSink(file, keepingBack: 5)
            for piece in ["ab", "cd", "efg", "h"] { try sink.write(piece) }
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "abcdefg")
            try sink.flush()
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "abcdefgh")
        }
    }

    @Test func `a table aligns text left and numbers right, without blanks at line ends`() {
        var table = TextTable([.text("NAME"), .number("SIZE"), .text("NOTE")])
        table.rows = [["a", "1", ""], ["longer", "1,024", "← x"], ["b"]]
        #expect(
            table.text == """
                NAME     SIZE  NOTE
                a           1
                longer  1,024  ← x
                b

                """
        )
    }

    @Test(arguments: [
        (0, "0"), (12, "12"), (999, "999"), (1000, "1,000"), (2_133_823, "2,133,823"), (-1234, "-1,234"),
    ])
    func `whole numbers are grouped`(number: Int, text: String) { #expect(grouped(number) == text) }

    @Test(arguments: [
        (0.04, "0.0s"), (0.4, "0.4s"), (9.96, "10.0s"), (12.0, "12s"), (552.0, "9m12s"), (7505.0, "2h05m"),
        (-1, "0.0s"),
    ])
    func `durations are short`(seconds: Double, text: String) {
        #expect(durationText(seconds: seconds) == text)
    }

    @Test(arguments: [
        (0, "0 bytes"), (999, "999 bytes"), (88_340_211, "88.3 MB"), (2_000_000_000_000, "2.0 TB"),
    ])
    func `bytes are said in a unit that people read`(bytes: Int, text: String) {
        #expect(byteText(bytes) == text)
    }

    @Test
    func `progress on a terminal rewrites one line at most four times a second and gives way to remarks`() {
        let sink = MemorySink(isTerminal: true, columns: 12)
        let clock = HandClock()
        let diagnostics = Diagnostics(sink, environment: [:], clock: { clock.now })
        diagnostics.progress(phase: "fold", "fold 1 of 9 and more")
        diagnostics.progress(phase: "fold", "never seen")
        clock.advance(by: .milliseconds(250))
        diagnostics.progress(phase: "fold", "fold 2")
        diagnostics.line("a remark")
        diagnostics.endProgress()
        #expect(sink.text == "\r\u{1B}[2Kfold 1 of 9\r\u{1B}[2Kfold 2\r\u{1B}[2Ka remark\n")
    }

    @Test func `progress on a pipe is a line at each new phase and each half minute`() {
        let sink = MemorySink()
        let clock = HandClock()
        let diagnostics = Diagnostics(sink, environment: [:], clock: { clock.now })
        for second in 0..<65 {
            diagnostics.progress(phase: second < 40 ? "fold" : "index", "at \(second)")
            clock.advance(by: .seconds(1))
        }
        #expect(sink.text == "at 0\nat 30\nat 40\n")
        let silent = Diagnostics(sink, environment: [:], showsProgress: false, clock: { clock.now })
        silent.progress(phase: "fold", "never seen")
        #expect(!sink.text.contains("never"))
    }

    @Test(arguments: [false, true])
    func `the end of a phase gets its line at once, and the same phase may begin again`(isTerminal: Bool) {
        let sink = MemorySink(isTerminal: isTerminal, columns: 80)
        let clock = HandClock()
        let diagnostics = Diagnostics(sink, environment: [:], clock: { clock.now })
        diagnostics.progress(phase: "fold", "fold 9%")
        diagnostics.endPhase("fold done: 7 events")
        diagnostics.progress(phase: "fold", "fold 100%")
        diagnostics.endProgress()
        let wipe = "\r\u{1B}[2K"
        #expect(
            sink.text
                == (isTerminal
                    ? "\(wipe)fold 9%\(wipe)fold done: 7 events\n\(wipe)fold 100%\(wipe)"
                    : "fold 9%\nfold done: 7 events\nfold 100%\n")
        )
        let silent = Diagnostics(sink, environment: [:], showsProgress: false, clock: { clock.now })
        silent.endPhase("never seen")
        #expect(!sink.text.contains("never"))
    }

    @Test func `colours need a terminal, and NO_COLOR or a dumb terminal have none`() {
        func coloured(_ isTerminal: Bool, _ environment: [String: String]) -> Bool {
            Diagnostics(MemorySink(isTerminal: isTerminal), environment: environment, clock: { .zero })
                .isColoured
        }
        #expect(coloured(true, [:]))
        #expect(coloured(true, ["NO_COLOR": ""]))
        #expect(!coloured(true, ["NO_COLOR": "1"]))
        #expect(!coloured(true, ["TERM": "dumb"]))
        #expect(!coloured(false, [:]))
    }

    @Test func `the first signal asks to stop, the second cancels`() {
        let watch = SignalWatch()
        #expect(!watch.stop.isRequested)
        #expect(watch.first == nil)
        watch.receive(SIGTERM)
        #expect(watch.stop.isRequested)
        watch.receive(SIGINT)
        #expect(watch.first == SIGTERM)
    }

    @Test(.timeLimit(.minutes(1)))
    func `signals that the process gets reach the watch`() async {
        let watch = SignalWatch()
        let (cancelled, told) = AsyncStream.makeStream(of: Void.self)
        watch.watch(cancelling: { told.finish() })
        // Two of one number may arrive as one.
        kill(getpid(), SIGTERM)
        kill(getpid(), SIGINT)
        for await _ in cancelled {}
        #expect(watch.stop.isRequested)
        #expect([SIGTERM, SIGINT].contains(watch.first))
        for number in [SIGTERM, SIGINT] { signal(number, SIG_DFL) }
    }
}

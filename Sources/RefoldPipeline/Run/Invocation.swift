import RefoldBytes

/// The words of a command line that a person may type next, from the same folder and shell.
package struct Invocation: Sendable, Hashable {
    /// The job file, as it was given; empty: none was.
    package var jobFile: String
    /// Options of a verb that takes a job: `--state-dir`, `--target`, `--set`.
    package var jobOptions: [String]
    /// Options of a verb that reads the archive: `--shards`, `--memory`, `--salvage`, `--no-progress`.
    package var replayOptions: [String]
    /// Options of a verb that takes a run: `--state-dir`, `--target`.
    package var runOptions: [String]
    /// Whether a Target file was named, so that a verb on a run needs neither job nor ledger.
    package var namesTarget: Bool
    /// The folder in which it was typed, absolute.
    package var folder: String

    /// All parts.
    package init(
        jobFile: String,
        jobOptions: [String] = [],
        replayOptions: [String] = [],
        runOptions: [String] = [],
        namesTarget: Bool = false,
        folder: String = ""
    ) {
        self.jobFile = jobFile
        self.jobOptions = jobOptions
        self.replayOptions = replayOptions
        self.runOptions = runOptions
        self.namesTarget = namesTarget
        self.folder = folder
    }

    /// The command that runs the job: a shell takes the line as it stands.
    package func run(_ more: String...) -> String {
        Invocation.line(["run", jobFile] + jobOptions + replayOptions + more)
    }

    /// The command that runs the job once a file is moved away that hinders it.
    func run(movingAway file: String) -> String {
        "mv \(Invocation.quoted(file)) \(Invocation.quoted(file + ".damaged")) && \(run())"
    }

    /// The command that makes a plan into a file, which `run --plan` takes.
    func plan(into file: String) -> String {
        Invocation.line(["plan", jobFile] + jobOptions + replayOptions + ["--out=\(file)"])
    }

    /// The command that checks the job file as it stands, and shows the line that is wrong.
    package func validate() -> String {
        let options = jobOptions.filter { $0.hasPrefix("--set=") || $0.hasPrefix("--target=") }
        return Invocation.line(["validate", jobFile] + options)
    }

    /// A command on a run or an alias.
    package func verb(_ words: String...) -> String { Invocation.line(words + runOptions) }

    /// A command on the job, its file in place of a run.
    package func job(_ words: String...) -> String { Invocation.line(words + [jobFile] + jobOptions) }

    /// A command that looks at a whole target: by the job when there is one, else by the options alone.
    package func look(_ word: String) -> String { jobFile.isEmpty ? verb(word) : job(word) }

    /// The command that started a run, by the ledger's fact `job`, as it is typed in the folder where somebody asks.
    static func command(
        of job: JSONValue?,
        typedIn here: Invocation,
        adding more: [String] = []
    ) -> String? {
        guard let noted = job?["command"]?.asString else { return nil }
        let command = ([noted] + more.map(quoted)).joined(separator: " ")
        guard let folder = job?["folder"]?.asString, !folder.isEmpty, folder != here.folder else {
            return command
        }
        return "(cd \(quoted(folder)) && \(command))"
    }

    /// The line of a command, its words quoted where a shell wants it.
    static func line(_ words: [String]) -> String {
        (["refold"] + words).map(quoted).joined(separator: " ")
    }

    /// A word as a shell takes it.
    static func quoted(_ word: String) -> String {
        let plain = word.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
                UInt8(ascii: "."),
                UInt8(ascii: "/"), UInt8(ascii: "="), UInt8(ascii: ":"), UInt8(ascii: "@"), UInt8(ascii: "+"):
                true
            default: false
            }
        }
        guard !plain || word.isEmpty else { return word }
        return "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
            + "'"
    }
}

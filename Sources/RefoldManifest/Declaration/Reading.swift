internal import RefoldBytes

/// What one reading of manifests has found so far; every decoder reports here and goes on.
struct Reading: Sendable {
    /// Problems past this number are counted, not kept: a hostile text must not grow in memory.
    static let maximumFindings = 200

    private var findings: [Finding] = []
    private var unlisted = 0
    private var secrets: [ObjectIdentifier: SecretLines.Extent] = [:]

    /// Whether further problems are only counted, so that their words need not be found.
    var isFull: Bool { findings.count >= Self.maximumFindings }

    /// Whether an error was reported.
    private(set) var hasErrors = false

    /// Adds a problem.
    mutating func report(_ finding: Finding) {
        hasErrors = hasErrors || finding.severity == .error
        if isFull { unlisted += 1 } else { findings.append(finding) }
    }

    /// Adds an error in place of the warnings at its place, unless an error stands in its line already.
    mutating func reportUnlessKnown(_ finding: Finding) {
        let isInLine = { (other: Finding) in
            other.mark.source === finding.mark.source && other.mark.line == finding.mark.line
        }
        guard !findings.contains(where: { $0.severity == .error && isInLine($0) }) else { return }
        findings.removeAll {
            $0.severity == .warning && isInLine($0) && $0.mark.column == finding.mark.column
        }
        report(finding)
    }

    /// Adds an error.
    mutating func report(
        _ code: ManifestProblem.Code,
        _ message: String,
        at mark: SourceMark,
        cause: String? = nil,
        fix: String? = nil
    ) {
        report(Finding(code, message, at: mark, cause: cause, fix: fix))
    }

    /// Adds a warning.
    mutating func warn(
        _ code: ManifestProblem.Code,
        _ message: String,
        at mark: SourceMark,
        cause: String? = nil,
        fix: String? = nil
    ) {
        report(Finding(code, message, at: mark, cause: cause, fix: fix, severity: .warning))
    }

    /// The tree of a text; nil when there is none, which is reported.
    mutating func parse(_ source: ManifestSource) -> YAMLNode? {
        let builder = YAMLTreeBuilder(source)
        if let root = builder.root, !builder.isBroken {
            secrets[ObjectIdentifier(source)] = SecretLines.extent(of: root)
        } else {
            secrets[ObjectIdentifier(source)] = SecretLines.extent(ofBroken: source.bytes)
        }
        for finding in builder.findings { report(finding) }
        return builder.isBroken ? nil : builder.root
    }

    /// Says that nothing of a source may be shown.
    mutating func hide(_ source: ManifestSource) {
        secrets[ObjectIdentifier(source)] = .everything
    }

    /// Whether a place may hold a secret.
    func isHidden(_ mark: SourceMark) -> Bool {
        switch secrets[ObjectIdentifier(mark.source)] {
        case .everything?: true
        case .lines(let lines)?: lines.contains(mark.line)
        case nil: false
        }
    }

    /// The problems with their lines, sorted by place.
    var problems: [ManifestProblem] {
        var problems = findings.map { finding in
            ManifestProblem(
                severity: finding.severity,
                code: finding.code,
                message: ManifestProblem.printable(finding.message),
                file: finding.mark.source.name,
                line: finding.mark.line,
                column: finding.mark.column,
                width: finding.mark.width,
                excerpt: isHidden(finding.mark) ? nil : finding.mark.source.line(finding.mark.line),
                isExcerptHidden: isHidden(finding.mark) && finding.mark.source.line(finding.mark.line) != nil,
                cause: finding.cause.map(ManifestProblem.printable),
                fix: finding.fix.map(ManifestProblem.printable)
            )
        }.sorted()
        if unlisted > 0, let last = problems.last {
            var more = last
            more.message = "\(unlisted) more problems are not listed"
            (more.severity, more.code, more.line, more.excerpt) = (.error, .yaml, 0, nil)
            (more.isExcerptHidden, more.cause, more.fix) = (false, nil, "mend these first")
            problems.append(more)
        }
        return problems
    }

    /// What a value is, in the words of a message.
    ///
    /// Secrets are never quoted.
    func describe(_ node: YAMLNode) -> String {
        switch node.content {
        case .sequence: "a list"
        case .mapping: "a mapping"
        case .scalar(.null): "nothing (null)"
        case .scalar where isHidden(node.mark): "a value (not shown)"
        case .scalar(.bool(let value)): "\(value)"
        case .scalar(.number(let text)) where text.count <= 40: "the number \(text)"
        case .scalar(.number): "a long number"
        case .scalar(.string(let text)) where text.count <= 60: "`\(text)`"
        case .scalar: "a long text"
        }
    }
}

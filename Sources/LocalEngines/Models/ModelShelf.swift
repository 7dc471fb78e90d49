/// Which of the models beside the default ones are in memory, as a value: what is used last stays longest.
struct ModelShelf {
    /// In MiB.
    let capacity: Int
    /// The least recently used first.
    private var models: [(id: String, size: Int)] = []

    init(capacity: Int) {
        self.capacity = capacity
    }

    /// Notes that a model of `size` MiB is used, and says which others have to go for it.
    ///
    /// One that is larger than all there is gets it all to itself: what the owner has installed is to run.
    mutating func use(_ id: String, size: Int) -> [String] {
        models.removeAll { $0.id == id }
        var gone: [String] = []
        while !models.isEmpty, models.reduce(size, { $0 + $1.size }) > capacity { gone.append(models.removeFirst().id) }
        models.append((id, size))
        return gone
    }

    /// Notes that a model is not in memory after all.
    mutating func remove(_ id: String) { models.removeAll { $0.id == id } }
}

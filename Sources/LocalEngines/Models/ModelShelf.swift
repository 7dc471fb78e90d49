/// Decides which models, other than the default ones, stay in memory: the most recently used. A plain value.
struct ModelShelf {
    /// The memory for all models, in MiB.
    let capacity: Int
    /// The models in memory, the least recently used first.
    private var models: [(id: String, size: Int)] = []

    init(capacity: Int) {
        self.capacity = capacity
    }

    /// Notes the use of a model of `size` MiB, and returns the models that have to be released for it.
    ///
    /// A model that is larger than the capacity gets all of it, because its owner has installed it to be used.
    mutating func use(_ id: String, size: Int) -> [String] {
        models.removeAll { $0.id == id }
        var gone: [String] = []
        while !models.isEmpty, models.reduce(size, { $0 + $1.size }) > capacity { gone.append(models.removeFirst().id) }
        models.append((id, size))
        return gone
    }
}

"""Random goals and funnels: conditions that some random events meet, and some none."""

EVENTS = ["page_view", "click", "product_view", "add_to_cart", "purchase", "Étage'd"]

PATHS = ["/", "/a%", "/A/%", "%path", "/%/p%", "%", "/a/path", "/a_path", "%e", "/%%a%"]

# Values of columns that random events have, and some that none has.
WHERE = {
    "country": ["US", "DE", "de"],
    "currency": ["EUR", "eur", "USD", "it's"],
    "revenue": [19.9, 10.05, -5, 0.01, 0, 41.658333],
    "quantity": [0, 1, 2, -7],
    "event_sequence": [0, 1, 2],
    "product_id": ["A 1", "b_2"],
    "user_id": ["ana", "Ana", "ben"],
    "traffic_medium": ["cpc", "email", "organic", "referral"],
    "traffic_campaign": ["spring", "Spring"],
    "ip_address": ["192.0.1.0", "192.0.1.255", "203.0.113.0"],
    "event_name": ["click", "page_view"],
    "site_id": ["berlin", "new_york", "default"],
}

VALUES = ["revenue", "quantity", "event_sequence"]


def random_goals(chance):
    """The variable goals, empty now and then."""
    goals = {}
    for number in range(chance.choice([0, 1, 2, 3, 5])):
        goal = random_condition(chance)
        if chance.random() < 0.5:
            goal["value"] = chance.choice(VALUES)
        goals[f"goal_{number}"] = goal
    return goals


def random_funnel(chance):
    """The variable funnel_steps as a list."""
    steps = []
    for number in range(chance.choice([0, 1, 2, 4, 6])):
        event = chance.choice(EVENTS)
        if chance.random() < 0.3 and event not in ["purchase", *steps]:
            steps.append(event)
        else:
            steps.append({f"step_{number}": random_condition(chance)})
    return [*steps, "purchase"]


def random_condition(chance):
    """One to three of the keys of a condition."""
    condition = {}
    keys = ["events", "page_path", "where"]
    for key in chance.sample(keys, chance.choice([1, 1, 2, 3])):
        if key == "events":
            condition[key] = chance.sample(EVENTS, chance.choice([1, 2, 3]))
        elif key == "page_path":
            condition[key] = one_or_some(chance, PATHS)
        else:
            columns = chance.sample([*WHERE], chance.choice([1, 1, 2]))
            condition[key] = {c: one_or_some(chance, WHERE[c]) for c in columns}
    return condition


def one_or_some(chance, values):
    if chance.random() < 0.5:
        return chance.choice(values)
    return chance.sample(values, chance.choice([1, 2]))

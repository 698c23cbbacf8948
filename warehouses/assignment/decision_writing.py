"""Writing decisions: warehouse orders, stock movements, Decision rows and orders' statuses.

The orders and the stock rows are locked. Rows are written together for a batch.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from orders.models import Order, OrderItem
from orders.state.status import write_statuses
from warehouses.assignment.records import serialize_outputs, summarize
from warehouses.assignment.strategies.registry import strategy_version
from warehouses.assignment.strategies.types import Assignment
from warehouses.fulfilment.backlog import cancel_retries, schedule_retry
from warehouses.models import (
    Decision,
    StockMovement,
    WarehouseOrder,
    WarehouseOrderItem,
    WarehouseStock,
)
from warehouses.stock.rows import INSERT_BATCH_SIZE, StockKey, post_movements

UNAVAILABLE_REASON = "No open warehouse has all of it free."


@dataclass(frozen=True)
class OrderDecision:
    """A strategy's assignment of one order, with the inputs of the strategy."""

    order: Order
    lines: Sequence[OrderItem]
    strategy: str
    assignment: Assignment
    inputs: dict

    @property
    def is_complete(self) -> bool:
        """Return whether every unit of the lines has a warehouse."""
        needed = sum(line.unassigned for line in self.lines)  # type: ignore[attr-defined]
        return needed == sum(pick.quantity for pick in self.assignment.picks)


class NewWarehouseOrder(NamedTuple):
    """A decision's units from one warehouse, by item."""

    decision: OrderDecision
    warehouse_id: int
    units: Counter[int]


def write_decisions(
    decisions: Sequence[OrderDecision],
    stock: Mapping[StockKey, WarehouseStock],
    *,
    kind: Decision.Kind = Decision.Kind.ASSIGNED,
) -> list[WarehouseOrder]:
    """Consume the locked stock, and write the warehouse orders and Decision rows."""
    non_empty = [decision for decision in decisions if decision.assignment.picks]
    new_orders = [
        NewWarehouseOrder(decision, warehouse_id, units)
        for decision in non_empty
        for warehouse_id, units in sorted(_units_by_warehouse(decision.assignment).items())
    ]
    is_overruled = kind == Decision.Kind.OVERRULED
    warehouse_orders = _write_warehouse_orders(new_orders, is_overruled=is_overruled)
    _write_lines(warehouse_orders, new_orders)
    _allocate_stock(warehouse_orders, new_orders, stock)
    _write_decision_rows(non_empty, kind)
    _update_orders(decisions)
    return warehouse_orders


def _units_by_warehouse(assignment: Assignment) -> dict[int, Counter[int]]:
    units: defaultdict[int, Counter[int]] = defaultdict(Counter)
    for pick in assignment.picks:
        units[pick.warehouse_id][pick.item_id] += pick.quantity
    return units


def _write_warehouse_orders(
    new_orders: Sequence[NewWarehouseOrder], *, is_overruled: bool
) -> list[WarehouseOrder]:
    return WarehouseOrder.objects.bulk_create(
        [
            WarehouseOrder(
                order=decision.order,
                warehouse_id=warehouse_id,
                shipping_address=decision.order.shipping_address,
                is_overruled=is_overruled,
                decision=summarize(
                    decision.strategy, strategy_version(decision.strategy), decision.assignment
                ),
            )
            for decision, warehouse_id, _ in new_orders
        ],
        batch_size=INSERT_BATCH_SIZE,
    )


def _write_lines(
    warehouse_orders: Sequence[WarehouseOrder], new_orders: Sequence[NewWarehouseOrder]
) -> None:
    lines = []
    for warehouse_order, (decision, _, units) in zip(warehouse_orders, new_orders, strict=True):
        line_of = {line.item_id: line for line in decision.lines}
        lines += [
            WarehouseOrderItem(
                warehouse_order=warehouse_order,
                order_item=line_of[item_id],
                item_id=item_id,
                quantity=quantity,
            )
            for item_id, quantity in sorted(units.items())
        ]
    WarehouseOrderItem.objects.bulk_create(lines, batch_size=INSERT_BATCH_SIZE)


def _allocate_stock(
    warehouse_orders: Sequence[WarehouseOrder],
    new_orders: Sequence[NewWarehouseOrder],
    stock: Mapping[StockKey, WarehouseStock],
) -> None:
    """Take the units of new warehouse orders off the available stock, with ledger entries."""
    movements = [
        StockMovement(
            item_id=item_id,
            warehouse_id=warehouse_id,
            kind=StockMovement.Kind.ASSIGNED,
            physical_change=0,
            available_change=-quantity,
            warehouse_order=warehouse_order,
        )
        for warehouse_order, (_, warehouse_id, units) in zip(
            warehouse_orders, new_orders, strict=True
        )
        for item_id, quantity in sorted(units.items())
    ]
    post_movements(stock, movements)


def _write_decision_rows(decisions: Sequence[OrderDecision], kind: Decision.Kind) -> None:
    Decision.objects.bulk_create(
        Decision(
            order=decision.order,
            kind=kind,
            strategy=decision.strategy,
            version=strategy_version(decision.strategy),
            inputs=decision.inputs,
            outputs=serialize_outputs(decision.assignment),
        )
        for decision in decisions
    )


def _update_orders(decisions: Sequence[OrderDecision]) -> None:
    """Write the statuses of the orders, and schedule the next attempt where units are left."""
    write_statuses(decision.order for decision in decisions)
    cancel_retries([decision.order.pk for decision in decisions if decision.is_complete])
    schedule_retry(
        [decision.order.pk for decision in decisions if not decision.is_complete],
        UNAVAILABLE_REASON,
    )

package app

import (
	"context"
	"runtime"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"ctihub/leads"
)

const (
	scrapeTimeout        = 2 * time.Second // bounds the queries of one scrape
	quarantineCountLimit = 10_000          // the metric counts up to here
)

// gauges is a group of metrics that are read at each scrape. A metric that cannot be
// read is left out.
type gauges struct {
	descs []*prometheus.Desc
	read  func(ctx context.Context, set func(d *prometheus.Desc, value float64, labels ...string)) error
}

// Describe implements prometheus.Collector.
func (g gauges) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range g.descs {
		ch <- d
	}
}

// Collect implements prometheus.Collector.
func (g gauges) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTimeout)
	defer cancel()
	_ = g.read(ctx, func(d *prometheus.Desc, value float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	})
}

func desc(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc(name, help, labels, nil)
}

// observeState registers the gauges of the hub's state. Hubs on one database
// report the same numbers of tasks, quarantine and deliveries.
func (h *Hub) observeState(reg prometheus.Registerer, sinks []leads.SinkRule) {
	build := desc("ctihub_build_info", "Always 1; the labels are the versions of the hub and of Go.", "version", "go")
	sourceUp := desc("ctihub_source_up", "Whether a source works on this hub: running, or ready to receive posts. 0 on a standby hub.", "source", "kind")
	databaseUp := desc("ctihub_database_up", "Whether the database answers.")
	redisUp := desc("ctihub_redis_up", "Whether Redis answers, where one is configured.")
	openTasks := desc("ctihub_tasks_open", "Open tasks: customers to be called back, and what people planned.")
	lateTasks := desc("ctihub_tasks_late", "Of the open tasks, those past their due time.")
	quarantine := desc("ctihub_quarantine_waiting", "Entries in quarantine that wait for a decision, counted up to 10,000.")
	waiting := desc("ctihub_deliveries_waiting", "Events on their way to a sink.", "sink")
	failing := desc("ctihub_deliveries_failing", "Of the events on their way, those with a failed attempt.", "sink")
	dead := desc("ctihub_deliveries_dead", "Events that were given up; they can be replayed.", "sink")

	type set = func(*prometheus.Desc, float64, ...string)
	up := func(d *prometheus.Desc, ping func(context.Context) error) gauges {
		return gauges{[]*prometheus.Desc{d}, func(ctx context.Context, set set) error {
			err := ping(ctx)
			set(d, boolToFloat(err == nil))
			return err
		}}
	}
	reg.MustRegister(
		gauges{[]*prometheus.Desc{build, sourceUp}, func(_ context.Context, set set) error {
			set(build, 1, h.version, runtime.Version())
			for _, s := range h.sources.States() {
				set(sourceUp, boolToFloat(s.State == leads.SourceRunning || s.State == leads.SourcePassive), s.Name, s.Kind)
			}
			return nil
		}},
		up(databaseUp, h.store.Ping),
		gauges{[]*prometheus.Desc{openTasks, lateTasks, quarantine}, func(ctx context.Context, set set) error {
			tasks, err := h.store.TaskCounts(ctx, "", time.Now())
			if err != nil {
				return err
			}
			set(openTasks, float64(tasks.Open))
			set(lateTasks, float64(tasks.Late))
			n, err := h.store.QuarantineWaiting(ctx, quarantineCountLimit)
			if err != nil {
				return err
			}
			set(quarantine, float64(n))
			return nil
		}},
		gauges{[]*prometheus.Desc{waiting, failing, dead}, func(ctx context.Context, set set) error {
			backlog, err := h.store.Backlog(ctx)
			if err != nil {
				return err
			}
			for _, s := range sinks { // sinks without waiting deliveries report 0
				if _, ok := backlog[s.Name]; !ok {
					backlog[s.Name] = leads.SinkState{}
				}
			}
			for name, s := range backlog {
				set(waiting, float64(s.Waiting), name)
				set(failing, float64(s.Failing), name)
				set(dead, float64(s.Dead), name)
			}
			return nil
		}},
	)
	if h.redis != nil {
		reg.MustRegister(up(redisUp, func(ctx context.Context) error { return h.redis.Ping(ctx).Err() }))
	}
}

func boolToFloat(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}
